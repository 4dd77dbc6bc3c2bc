"""The one place in the program that looks at where a request comes from, apart from the server itself.

It has to be looked at to slow down who guesses receipts and passwords; it is made coarse at once (a network, not an
address), leaves this module only as bytes for a keyed hash, and is neither stored nor logged. The server has put the
right address there: its own peer, or what its own proxies say (gongshi.config.proxies). What a browser says of itself
is not asked.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

BITS = {4: 24, 6: 64}


def source_of(meta: Mapping[str, Any]) -> bytes:
    """The network of a request, coarse: 24 bits of an IPv4 address, 64 of an IPv6 one. Unknown ones are one source."""
    address = _address(meta)
    if address is None:
        return b"?"
    bits = BITS[address.version]
    return bytes([address.version]) + address.packed[: bits // 8]


def is_within(meta: Mapping[str, Any], networks: Iterable[str]) -> bool:
    """Whether a request comes from one of these networks, as in ``["192.0.2.0/24"]``."""
    address = _address(meta)
    return address is not None and any(address in _network(text) for text in networks)


def _address(meta: Mapping[str, Any]) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(str(meta.get("REMOTE_ADDR", "")).partition("%")[0].strip("[]"))
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


@lru_cache(64)
def _network(text: str) -> Any:
    return ip_network(text, strict=False)
