"""Names that files are shown under: no folders, nothing invisible, the ending of what the file is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.safekeeping.filenames import LONGEST, display_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("井盖.jpg", "井盖.jpg"),
        ("IMG_2041.HEIC", "IMG_2041.jpg"),
        ("photo", "photo.jpg"),
        ("my photo (2).jpeg", "my photo (2).jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("..\\..\\windows\\system.ini", "system.jpg"),
        ("C:\\fakepath\\楼道.png", "楼道.jpg"),
        ("%2e%2e/%2e%2e/x", "x.jpg"),
        ("/abs", "abs.jpg"),
        ("photo\u202egnp.exe", "photognp.jpg"),
        ("a\u200bb\u2066c\ufeff.png", "abc.jpg"),
        ("a\r\nSet-Cookie: x=1.jpg", "a Set-Cookie: x=1.jpg"),
        ("a\x00b\x7f.jpg", "ab.jpg"),
        ("a\u2028b.jpg", "a b.jpg"),
        ("\ud800x.jpg", "x.jpg"),
        (" .. .hidden. ", "hidden.jpg"),
        ("x.php.jpg", "x.php.jpg"),
        ("evil.html", "evil.jpg"),
        ("", "file.jpg"),
        ("../", "file.jpg"),
        ("...", "file.jpg"),
        ("\u202e", "file.jpg"),
        ("CON", "_CON.jpg"),
        ("nul.txt", "_nul.jpg"),
        ("com1.tar.gz", "_com1.tar.jpg"),
        ("console.png", "console.jpg"),
        ("cafe\u0301.jpg", "café.jpg"),
        ("楼" * 300 + ".png", "楼" * (LONGEST - 4) + ".jpg"),
    ],
)
def test_names(text: str, expected: str) -> None:
    assert display_name(text, ".jpg") == expected


def test_the_ending_is_that_of_the_file() -> None:
    assert display_name("合同.docx", ".pdf") == "合同.pdf"


def test_a_very_long_name_costs_nothing() -> None:
    assert len(display_name("a" + "\u0301" * 5_000_000, ".jpg")) <= LONGEST


@given(st.text(max_size=300), st.sampled_from([".jpg", ".pdf", ".heic"]))
def test_any_name_is_safe(text: str, extension: str) -> None:
    name = display_name(text, extension)
    assert 5 <= len(name) <= LONGEST
    assert name.endswith(extension)
    assert not set(name) & set("/\\\r\n\0")
    assert not any(unicodedata.category(symbol) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for symbol in name)
    assert not name.startswith((".", " "))
    assert display_name(name, extension) == name
