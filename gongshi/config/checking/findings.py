"""What a check found."""

from dataclasses import dataclass

WELL, NOTE, FAULT = "well", "note", "fault"


@dataclass(frozen=True)
class Finding:
    """One line: in order (WELL), worth knowing (NOTE), or wrong and to be put right (FAULT)."""

    level: str
    zh: str
    en: str


def well(zh: str, en: str) -> Finding:
    """Something in order."""
    return Finding(WELL, zh, en)


def note(zh: str, en: str) -> Finding:
    """Something worth knowing."""
    return Finding(NOTE, zh, en)


def fault(zh: str, en: str) -> Finding:
    """Something wrong."""
    return Finding(FAULT, zh, en)
