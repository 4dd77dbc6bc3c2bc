"""Telling systemd how a service does (sd_notify(3)): one datagram, and nothing where no systemd listens."""

import os
import socket


def tell(state: str) -> bool:
    """Send a state, as in "READY=1" or "STOPPING=1". Returns whether somebody was there to be told."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as one:
            # A name that begins with @ lies in Linux's own space of names, written with a NUL.
            one.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)
    except OSError:
        return False
    return True
