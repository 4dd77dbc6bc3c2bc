"""The secret that signs cookies and forms: made once per instance, kept in its key folder."""

import os
import secrets
from pathlib import Path


def secret_key(directory: Path) -> str:
    """The instance's signing secret; random for this process before an instance exists."""
    path = directory / "keys" / "signing.key"
    if path.is_file():
        return path.read_text(encoding="ascii").strip()
    return secrets.token_urlsafe(48)


def make_secret_key(directory: Path) -> None:
    """Write a new signing secret, readable by its owner alone. An existing one is left as it is."""
    path = directory / "keys" / "signing.key"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
