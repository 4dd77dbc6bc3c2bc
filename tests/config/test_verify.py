"""`gongshi verify`: offline, in plain words of both languages; 0 proved, 1 something is wrong, 2 nothing to compare."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gongshi.config.commands.verify import command
from gongshi.config.proof_words import BESIDES, PAPER_BESIDES, RIGHT, UNTOLD, WRONG
from gongshi.formats.proof.file import read_proof
from tests.safekeeping.statements_made import House, Newspaper

TEXT = "老桥东头路面塌了一个坑。"
ALONE = """
import sys, socket
def no(*_): raise AssertionError("the network was asked")
socket.socket.connect = no
from gongshi.config.commands.verify import command
code = 0
try:
    command(sys.argv[1:], standalone_mode=False)
finally:
    loaded = [name for name in sys.modules if name.split(".")[0] in ("django", "ninja", "sqlite3", "psycopg")]
    assert not loaded, loaded
"""


@pytest.fixture
def house() -> House:
    """A house whose ledger holds ten things already."""
    return House(entries=[bytes([number]) * 32 for number in range(10)])


class Table:
    """Where files lie that are looked at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lay(self, name: str, content: Any) -> str:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    def verify(self, proof: bytes, head: Any = None) -> Result:
        arguments = [self.lay("proof-1.json", proof)]
        if head is not None:
            arguments += ["--head", self.lay("head.json", head)]
        return CliRunner().invoke(command, arguments)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """``table.verify(proof, head)`` runs the command on these files."""
    return Table(tmp_path)


@pytest.fixture(autouse=True)
def clock_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """``clock_of("Asia/Shanghai")`` sets this computer's time zone; until then it is UTC, whatever other tests left."""

    def put(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    put("UTC")
    yield put
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "zh", "en"),
    [
        ("UTC", "2026-03-02 01:10 UTC 起", "2026-03-02 01:10 UTC, unchanged"),
        (
            "Asia/Shanghai",
            "2026-03-02 01:10 UTC（本机09:10） 起",
            "2026-03-02 01:10 UTC (09:10 on this computer), unchanged",
        ),
        (
            "America/Bogota",
            "2026-03-02 01:10 UTC（本机03-01 20:10） 起",
            "2026-03-02 01:10 UTC (03-01 20:10 on this computer), unchanged",
        ),
    ],
)
def test_times_are_said_on_this_computers_clock_too(
    house: House, table: Table, clock_of: Callable[[str], None], zone: str, zh: str, en: str
) -> None:
    clock_of(zone)
    found = table.verify(house.proof(TEXT))
    assert f"“收到来件”：{zh}在账本里，没有改动" in found.output
    assert f"“the filing was taken in”: in the ledger since {en}" in found.output


def test_what_is_proved_and_what_is_not_is_said_in_both_languages(house: House, table: Table) -> None:
    found = table.verify(house.proof(TEXT))
    assert found.exit_code == 0
    assert "“收到来件”" in found.output
    assert "“the filing was taken in”" in found.output
    assert f"    {TEXT}\n" in found.output
    assert all(line in found.output for line in BESIDES)
    assert "--head" in found.output
    assert "merkle" not in found.output.lower()


def test_it_needs_no_instance_no_django_and_no_network(house: House, table: Table) -> None:
    arguments = [
        table.lay("proof.json", house.proof(TEXT)),
        "--head",
        table.lay("head.json", Newspaper().kept(house, house.head(1))),
    ]
    run = subprocess.run(
        [sys.executable, "-c", ALONE, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=table.folder,
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_one_changed_byte_is_one_line_on_stderr_and_exit_code_1(house: House, table: Table) -> None:
    proof = house.proof(TEXT)
    for old, new in (
        (b"\n", b" "),
        ("坑".encode(), "井".encode()),
        (b"case.opened", b"case.closed"),
        (b"}", b"]"),
    ):
        assert old in proof
        found = table.verify(proof.replace(old, new, 1))
        assert (found.exit_code, len(found.stderr.splitlines())) == (1, 1), found.output
        assert "凭证无效" in found.stderr
        assert "not valid" in found.stderr


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null\n", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_proof_at_all(table: Table, content: bytes) -> None:
    assert table.verify(content).exit_code == 1


def test_a_missing_file_is_wrong_usage(table: Table) -> None:
    assert CliRunner().invoke(command, [str(table.folder / "none.json")]).exit_code == 2


def test_a_promise_alone_is_proved_as_a_promise(house: House, table: Table) -> None:
    found = table.verify(house.proof(TEXT, head=house.head(1)))
    assert found.exit_code == 0
    assert "还没有登入" in found.output


@pytest.mark.parametrize("kind", ["plain", "witness", "first", "second"])
def test_a_head_that_others_kept_agrees(house: House, table: Table, kind: str) -> None:
    before = house.head(0, 7)
    proof, own = house.proof(TEXT), house.head(1)
    house.entries += [b"\xaa" * 32] * 9
    heads: dict[str, Any] = {
        "plain": own.as_data(),
        "witness": Newspaper().kept(house, own),
        "first": house.consistency(own, house.head(2)),
        "second": house.consistency(before, own),
    }
    found = table.verify(proof, heads[kind])
    assert found.exit_code == 0, found.output
    assert "--head" not in found.output


def test_a_head_of_another_batch_cannot_be_compared(house: House, table: Table) -> None:
    proof = house.proof(TEXT)
    house.entries += [b"\xaa" * 32] * 9
    found = table.verify(proof, house.head(2).as_data())
    assert found.exit_code == 2
    assert "heads/0000000001.json" in found.output
    assert "Usage" not in found.output


@pytest.mark.parametrize("other", [b"PK\x03\x04zip", b'{"filing": {}}', b"\xff\xd8\xff photo"])
def test_another_file_is_not_called_a_changed_proof(table: Table, other: bytes) -> None:
    found = table.verify(other)
    assert found.exit_code == 1
    assert "不是凭证" in found.output
    assert "proof.json" in found.output


@pytest.mark.parametrize("kind", ["plain", "witness", "first"])
def test_a_rewritten_ledger_is_noticed_although_the_same_key_signed_it(
    house: House, table: Table, kind: str
) -> None:
    proof = house.proof(TEXT)
    rewritten = House(house.secret, [b"\xbb" * 32, *house.entries[1:]])
    own = rewritten.head(1)
    rewritten.entries += [b"\xaa" * 32] * 9
    heads: dict[str, Any] = {
        "plain": own.as_data(),
        "witness": Newspaper().kept(rewritten, own),
        "first": rewritten.consistency(own, rewritten.head(2)),
    }
    found = table.verify(proof, heads[kind])
    assert found.exit_code == 1
    assert "账本被改写过" in found.output


def test_a_path_that_does_not_lead_there_is_a_rewritten_ledger(house: House, table: Table) -> None:
    proof, own = house.proof(TEXT), house.head(1)
    later = House(house.secret, [b"\xbb" * 32, *house.entries[1:], b"\xaa" * 32])
    found = table.verify(proof, {**later.consistency(own, later.head(2)), "first": own.as_data()})
    assert found.exit_code == 1
    assert "账本被改写过" in found.output


def test_another_key_a_false_witness_and_a_changed_head_are_refused(house: House, table: Table) -> None:
    proof, own = house.proof(TEXT), house.head(1)
    stranger = House(b"\x09" * 32, house.entries)
    other = Newspaper(b"\x08" * 32).kept(house, own)
    for head, words in (
        (stranger.head(1).as_data(), "留存的签名无效"),
        (Newspaper().kept(stranger, own), "留存的签名无效"),
        (own.as_data() | {"root": "0" * 64}, "留存的签名无效"),
        (Newspaper().kept(house, own, cosignature=other["cosignature"]), "见证人"),
        (Newspaper().kept(house, house.head(1, 3)) | {"head": own.as_data()}, "见证人"),
        ({"nothing": 1}, "不是账本签名"),
    ):
        found = table.verify(proof, head)
        assert found.exit_code == 1
        assert words in found.output


def on_paper(house: House, table: Table, keys: Any = None) -> tuple[str, str]:
    """A promise as it is printed, and a file with the house's keys as its API gives them."""
    promise = read_proof(house.proof(TEXT)).entries[0].promise
    listed = [{"id": name, "public": public, "current": True} for name, public in house.keys.items()]
    told = {"origin": house.origin, "minutes": 10, "keys": listed} if keys is None else keys
    return promise.short(), table.lay("keys.json", told)


def read_from_paper(*words: str) -> Result:
    return CliRunner().invoke(command, ["--promise", *words])


def test_a_promise_in_print_is_checked_with_the_keys_of_the_house(house: House, table: Table) -> None:
    text, keys = on_paper(house, table)
    found = read_from_paper(text, "--keys", keys)
    assert found.exit_code == 0, found.output
    assert "✓ 2026-03-02 01:00 UTC" in found.output
    assert f"，{house.origin} 已有这一项" in found.output
    assert "by 2026-03-03 01:00 UTC" in found.output
    assert all(line in found.output for line in PAPER_BESIDES)
    witness = table.lay("house.json", {"url": "http://elsewhere", "keys": house.keys})
    typed = "\n".join(text[start : start + 40] for start in range(0, len(text), 40))
    for words in ((text, "--keys", witness), (typed, "--keys", witness)):
        assert read_from_paper(*words).exit_code == 1, "the witness asked at another address"
        assert read_from_paper(*words, "--origin", f"{house.origin}/").exit_code == 0


def test_one_changed_character_in_print_is_noticed(house: House, table: Table) -> None:
    text, keys = on_paper(house, table)
    for position, old in enumerate(text):
        for new in {"A", "1", "=", ""} - {old}:
            changed = text[:position] + new + text[position + 1 :]
            if "".join(changed.split()) == "".join(text.split()):
                continue
            found = read_from_paper(changed, "--keys", keys)
            assert (found.exit_code, len(found.stderr.splitlines())) == (1, 1), changed


def test_a_time_beyond_all_times_is_no_promise(house: House, table: Table) -> None:
    text, keys = on_paper(house, table)
    assert read_from_paper(text.replace("2026-03-02", "9999-12-31"), "--keys", keys).exit_code == 1


def test_another_house_or_another_s_keys_did_not_promise(house: House, table: Table) -> None:
    text, keys = on_paper(house, table)
    assert read_from_paper(text, "--keys", keys, "--origin", "https://elsewhere.example").exit_code == 1
    stranger = House(b"\x09" * 32)
    (name,) = house.keys
    (public,) = stranger.keys.values()
    for told in (
        {"url": house.origin, "keys": stranger.keys},
        {"url": house.origin, "keys": {name: public}},
        [],
        {},
    ):
        assert read_from_paper(text, "--keys", table.lay("keys.json", told)).exit_code == 1


def test_what_verify_is_given_is_one_of_the_two(house: House, table: Table) -> None:
    text, keys = on_paper(house, table)
    proof = table.lay("proof.json", house.proof(TEXT))
    nameless = table.lay("nameless.json", {"keys": house.keys})
    for words in ([], ["--promise", text], ["--keys", keys], [proof, "--promise", text, "--keys", keys]):
        assert CliRunner().invoke(command, words).exit_code == 2, words
    assert read_from_paper(text, "--keys", nameless).exit_code == 2


def test_every_finding_has_words_that_can_be_filled_in() -> None:
    facts = dict.fromkeys(
        (
            "commitment",
            "origin",
            "key",
            "batch",
            "at",
            "number",
            "by",
            "zh",
            "en",
            "witness",
            "own",
            "kept",
            "since",
        ),
        "x",
    )
    for table_of_words in (RIGHT, WRONG, UNTOLD):
        for zh, en in table_of_words.values():
            assert zh.format(**facts)
            assert en.format(**facts)
