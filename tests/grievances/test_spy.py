"""A spy who joins learns the joint text and nothing else: two worlds that differ in all else look the same to them.

What they get of the program (every page, the copy to take home, the dossier, the proof) is the same bytes in both: who
is in it, what they left as contact, what they wrote alone, what those who speak wrote, how many there are within one
band; and until something is told to all, which office has it, how far it is and who looked (decision 0023).
"""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.conversation import ask_resident
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.drafts import Contact, KeepOff
from gongshi.grievances.actions.beginning import begin
from gongshi.grievances.actions.codes import invite, renew_code, speak, take_seat
from gongshi.grievances.actions.leaving import go_alone
from gongshi.grievances.models import Collective
from gongshi.safekeeping.limits import forget
from tests.cast import NOW, Town, lin_files, matter
from tests.clock import Clock
from tests.grievances.many import ANSWER, TEXT, Somebody, begins, code_of, joins, joint_of
from tests.twins.chance import Chance
from tests.twins.conftest import chance
from tests.twins.world import undone
from tests.web.public.walker import Walker

pytestmark = pytest.mark.django_db
__all__ = ["chance"]

Page = tuple[str, int, bytes]
Begun = tuple[Somebody, Collective]
SECRETS = ("门口", "老吴", "三号楼", "wu@example.org")


def few(town: Town, chance: Chance) -> Begun:
    """Somebody, and one neighbour."""
    with chance.of("few"):
        lin, collective = begins(town, text="我家门口。", contact=Contact(phone="0571 1"))
        joins(code_of(lin))
        accept(town, collective)
    return lin, collective


def some(town: Town, chance: Chance) -> Begun:
    """Three others, of whom two speak, and one who left; the office asked them something and was answered."""
    with chance.of("some"):
        wu, collective = begins(
            town, text="我是老吴，住三号楼。", contact=Contact(name="老吴", email="wu@example.org")
        )
        chen, ma, _ = (joins(code_of(wu), contact=Contact(name=name)) for name in "陈马赵")
        take_seat(chen.case, invite(wu.case, actor=wu.actor), actor=chen.actor)
        go_alone(ma.case, actor=ma.actor, at=NOW)
        accept(town, collective)
        ask_resident(joint_of(collective), "ask", "三号楼几户？", actor=town.actor("qin"), at=NOW)
        speak(chen.case, "三号楼十二户，救护车进不来。", actor=chen.actor, at=NOW)
    return wu, collective


def early(town: Town, chance: Chance) -> Begun:
    """About Roads, a moment ago; nothing has happened."""
    with chance.of("early"):
        return begins(town, text="我家门口。")


def late(town: Town, chance: Chance) -> Begun:
    """About Water, with an office and an officer kept from it; Qin accepted it, extended it and read it twice."""
    with chance.of("late"):
        kept = (KeepOff(town.offices["roads"].id),)
        about = matter(town, "conduct", subject=town.offices["water"].id, text="三号楼。", keep_off=kept)
        filed, receipt = lin_files(town, about, at=NOW - timedelta(days=9))
        wu = Somebody(filed.filing, filed.receipt_id, receipt)
        collective = begin(wu.case, TEXT, actor=wu.actor, at=NOW - timedelta(days=8))
        qin = town.actor("qin")
        make_move(joint_of(collective), "accept", actor=qin, at=NOW - timedelta(days=7))
        why = {"reason": "等鉴定。"}
        make_move(joint_of(collective), "extend", actor=qin, at=NOW - timedelta(days=6), params=why)
        for days in (5, 3):
            open_content(joint_of(collective), qin, why="assignment", at=NOW - timedelta(days=days))
    return wu, collective


def accept(town: Town, collective: Collective) -> None:
    """The office takes the joint case on."""
    make_move(joint_of(collective), "accept", actor=town.actor("qin"), at=NOW)


def walk(begun: Begun, town: Town, chance: Chance) -> list[Page]:
    """What a spy gets, from a code that one of them gave away to the office's answer."""
    first, collective = begun
    qin, spy = town.actor("qin"), Walker(checks=False)
    with chance.of("the office"):
        open_content(joint_of(collective), qin, why="assignment", at=NOW)
    with chance.of("the code"):
        renew_code(first.case, actor=first.actor)
    with chance.of("the spy"):
        spy.get("/join/").press("看共同的话", {"code": code_of(first)})
        seen = [("text", spy.status, spy.response.content)]
        spy.press("加入")
        seen.append(("filed", spy.status, spy.response.content))
        seen += everything(spy)
    with chance.of("the answer"):
        send_answer(joint_of(collective), "answer", ANSWER, actor=qin, at=NOW)
    with chance.of("the spy again"):
        seen += everything(spy) + copy_of(spy)
    # A letter bears the joint case's own reference, drawn by chance.
    own = collective.case.filing.reference.encode()
    return [(name, status, content.replace(own, b"REFERENCE")) for name, status, content in seen]


def peek(begun: Begun, town: Town, chance: Chance) -> list[Page]:
    """What a spy gets who joins, before anything is told to all; staff read it once more meanwhile or do not."""
    first, collective = begun
    spy = Walker(checks=False)
    with chance.of("the code"):
        renew_code(first.case, actor=first.actor)
    with chance.of("the spy"):
        spy.get("/join/").press("看共同的话", {"code": code_of(first)})
        seen = [("text", spy.status, spy.response.content)]
        spy.press("加入")
        seen.append(("filed", spy.status, spy.response.content))
        seen += everything(spy)
    if joint_of(collective).stage != "received":
        with chance.of("a look"):
            open_content(joint_of(collective), town.actor("qin"), why="assignment", at=NOW)
    with chance.of("the spy again"):
        papers = spy.client.get("/filing/1/dossier/?as=zip")
        return seen + everything(spy) + copy_of(spy) + unpacked(papers)


def everything(spy: Walker) -> list[Page]:
    """Every page about their filing, and what they try and may not."""
    found = []
    addresses = (
        "/filing/",
        "/en/filing/1/",
        "/filing/1/withdraw/",
        "/filing/1/reprisal/",
        "/filing/proof/",
        "/join/",
    )
    for address in addresses:
        response = spy.client.get(address)
        found.append((address, response.status_code, response.getvalue()))
    for what in ("speak", "invite", "renew", "seat", "keep"):
        response = spy.client.post("/filing/1/joint/", {"do": what, "text": "x", "code": "x"})
        found.append((what, response.status_code, response.content))
    return found


def copy_of(spy: Walker) -> list[Page]:
    """The copy to take home, file by file."""
    return unpacked(spy.client.get("/filing/download/"))


def unpacked(response: Any) -> list[Page]:
    """A bundle, file by file."""
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as bundle:
        return [(name, 200, bundle.read(name)) for name in bundle.namelist()]


def without_tokens(page: bytes) -> bytes:
    """Without what a form brings back, sealed with the cipher's own chance."""
    return re.sub(rb'(name="(?:csrfmiddlewaretoken|draft)" value=")[^"]*', rb"\1", page)


def compared(
    town: Town,
    chance: Chance,
    made: tuple[Callable[[Town, Chance], Begun], ...],
    walked: Callable[[Begun, Town, Chance], list[Page]],
) -> tuple[list[Page], list[Page]]:
    """What the spy gets in two worlds, which must be the same."""
    worlds: list[list[Page]] = []
    for make in made:
        forget()
        with undone():
            worlds.append(walked(make(town, chance), town, chance))
    one, other = worlds
    assert [page[:2] for page in one] == [page[:2] for page in other]
    for name, _, content in one:
        assert content or name == "sha256.txt", name
    differing = [
        a[0] for a, b in zip(one, other, strict=True) if without_tokens(a[2]) != without_tokens(b[2])
    ]
    assert differing == []
    return one, other


def test_joining_tells_of_nothing_but_the_text(town: Town, clock: Clock, chance: Chance) -> None:
    """Not whom it is about, which office has it since when, how far it is, who looked, what was told before."""
    pages = compared(town, chance, (early, late), peek)
    assert sum(TEXT.encode() in page for _, _, page in pages[0]) >= 4
    told = [page.decode() for world in pages for name, _, page in world if name.endswith(".json")]
    assert len(told) >= 8
    assert not [name for name in ("镇政府", "水务所", "等鉴定") if any(name in one for one in told)]


def test_two_worlds_look_the_same_to_a_spy(town: Town, clock: Clock, chance: Chance) -> None:
    one, other = compared(town, chance, (few, some), walk)
    assert sum(TEXT.encode() in page for _, _, page in one) >= 4
    assert not any(secret.encode() in page for secret in SECRETS for _, _, page in one + other)
