"""Names that uploaded files are shown and saved under. Where a file lies on the server never depends on its name."""

import re
import unicodedata

LONGEST = 120
_LONGEST_READ = 1000
# Names that stand for devices on Windows, whatever their ending.
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)")
# Control, format (bidi and zero-width among them), lone surrogates, private and unassigned, line ends.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def display_name(text: str, extension: str) -> str:
    r"""A name that is safe to show and to save under, at most 120 characters, ending in ``extension`` (".jpg").

    Folders, invisible and direction-changing characters go; the ending follows what the file is, not what it was
    called: ``"../photo\u202egnp.exe"`` becomes ``"photognp.jpg"``. A name with nothing left is ``"file.jpg"``.
    """
    last = re.split(r"[/\\]", text[-_LONGEST_READ:])[-1]
    kept = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", last)
        if character.isspace() or unicodedata.category(character) not in _HIDDEN
    )
    stem = _stem(" ".join(kept.split()).strip(" ."))
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    return (stem[: LONGEST - len(extension)].rstrip(" .") or "file") + extension


def _stem(name: str) -> str:
    return re.sub(r"\.[A-Za-z0-9]{1,8}$", "", name)
