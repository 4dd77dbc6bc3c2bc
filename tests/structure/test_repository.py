"""What may not lie in the repository: paths of one machine, foreign hosts, other people's files, places in code."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from tests.structure.source import PACKAGE, ROOT, TEXT, name_of, python_files, texts, tracked

ONE_MACHINE = re.compile(r"(?<![\w.-])/(?:work|root|home/[a-z]\w*|Users/\w+)/|[A-Z]:\\\\Users", re.ASCII)
# Built from parts, so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    "|".join(["py" + r"pi\.org", "python" + "hosted", "registry\\." + "npm", "deb\\." + "debian"])
)
# Words that have no place in a product's repository, by their SHA-256.
OUT_OF_PLACE = {
    "c857d09db23e6822e3600bc06ad8d58f92ed62bc8efd81c753f77048662cb97d",
    "c70eca6b0f88f44d81a41311647e50fda1ac454ec04ffd442b0eb4743a993131",
    "7d3194f79e645c42e4396dda38be04766810ec6a00d00aced3ffc2a0a1f1a9ef",
    "60965168ce762e949600281ba6d01fee136e5b6e8257b1f216f9025ed324474c",
    "3ea125d0bff386e6754b3782b300016fc79a9cf8f8669c0a5c3db64467ddb681",
    "94a168d2da574b00ec6c787377278465271cf2b97e68af076fc3eee87eba8664",
    "57de4cf40144bdf7d00010f2f5557a7d642c2b9705309bfade167dd313e2ca93",
    "487b91042c7cf27a19e23ea8699f5f354b1a0c3af9e418138dc6150d830f970d",
    "de2187af3fb011708ca4ff6d21e4845236d6a6d25e7e90531b26a7923d16c73f",
}
FOREIGN = re.compile(
    r"Permission is hereby granted|GNU (?:\w+ )?General Public|Redistribution and use in source"
)
VENDORED = re.compile(r"(?:^|/)(?:node_modules|vendor|vendored|third_party)/|\.min\.(?:js|css)$")
LARGEST = 1_000_000  # bytes of one file
# A country's or a place's words belong to a pack: laws, ministries, numbers to call.
OF_A_PLACE = re.compile(r"《|中国|中华|信访工作条例|人民调解法|\bChina\b|Chinese law|清河|Qinghe|Boston")


def text_files() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        if path.suffix in TEXT and path != Path(__file__):
            yield path, path.read_text(encoding="utf-8")


def found_in(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name_of(path)}:{text.count(chr(10), 0, found.start()) + 1}: {found[0]}"
        for path, text in text_files()
        for found in pattern.finditer(text)
    ]


def test_no_path_of_one_machine() -> None:
    assert found_in(ONE_MACHINE) == []


def test_no_registry_by_name() -> None:
    assert found_in(REGISTRIES) == []


def test_no_word_out_of_place() -> None:
    digests: dict[str, bool] = {}

    def is_out_of_place(word: str) -> bool:
        if word not in digests:
            digests[word] = hashlib.sha256(word.encode()).hexdigest() in OUT_OF_PLACE
        return digests[word]

    assert [
        f"{name_of(path)}: {word}"
        for path, text in text_files()
        for word in sorted(set(re.findall(r"[a-z]+", text.lower())))
        if is_out_of_place(word)
    ] == []


def test_nothing_was_copied_in() -> None:
    assert [name_of(path) for path in tracked() if VENDORED.search(name_of(path))] == []
    licence = ROOT / "LICENSE"
    assert [name_of(path) for path, text in text_files() if path != licence and FOREIGN.search(text)] == []
    assert "Apache License" in licence.read_text(encoding="utf-8")


def test_no_file_is_large() -> None:
    assert {name_of(path): size for path in tracked() if (size := path.stat().st_size) > LARGEST} == {}


def test_no_place_and_no_country_in_code() -> None:
    """Docstrings may name a source (law and article); what the program says and does may not depend on one."""
    assert [
        f"{name_of(path)}:{line}: {found[0]}"
        for path in python_files()
        for line, text in texts(path)
        if (found := OF_A_PLACE.search(text))
    ] == []
    assert [
        f"{name_of(path)}: {found[0]}"
        for path in tracked()
        if path.is_relative_to(PACKAGE) and path.suffix in (".html", ".js", ".css", ".svg")
        if (found := OF_A_PLACE.search(path.read_text(encoding="utf-8")))
    ] == []
