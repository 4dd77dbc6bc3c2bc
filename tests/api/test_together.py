"""What is brought together, by program: begun, joined, read, spoken for and left, as on the pages and no further."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from gongshi.api.v1 import api
from gongshi.cases.actions.conversation import ask_resident
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Filing, Message
from gongshi.grievances.actions.codes import close_joining
from gongshi.grievances.models import Collective, Member
from gongshi.safekeeping.limits import forget as forget_tries
from tests.api.programs import Program
from tests.cast import NOW, Town
from tests.clock import Clock
from tests.grievances.many import (
    ANSWER,
    SECRET,
    TEXT,
    Somebody,
    answers,
    at_home,
    begins,
    code_of,
    complains,
    joins,
    joint_of,
)

pytestmark = pytest.mark.django_db
JOINT = "filing/matters/1/joint"
OF_THE_OFFICE = ("道路所", "镇政府", "roads", '"hall"', "Town Hall")


@pytest.fixture(autouse=True)
def untried() -> Iterator[None]:
    """Nobody has tried anything."""
    forget_tries()
    yield
    forget_tries()


def of(somebody: Somebody) -> Program:
    """Their program, with their filing open."""
    program = Program()
    program.begin(somebody.filing, somebody.receipt)
    return program


def joining(program: Program, code: str, **changed: Any) -> dict[str, Any]:
    """What is sent to join."""
    draft = program.post("drafts", {"form": "join"})["draft"]
    return {"draft": draft, "code": code, "text": TEXT, "language": "zh", **changed}


def members() -> int:
    return Member.objects.count()


def test_from_ones_own_filing_to_a_joint_matter_and_a_neighbour_in_it(town: Town) -> None:
    lin, chen = of(complains(town)), Program()
    one = lin.matter()
    assert (one["may_have_others"], one["joint"]) == (True, False)
    lin.post("filing/matters/1/together", {"seen": one["seen"] + 1, "text": TEXT}, 409)
    lin.post("filing/matters/1/together", {"seen": one["seen"], "text": " "}, 422)
    begun = lin.post("filing/matters/1/together", {"seen": one["seen"], "text": TEXT})
    assert (begun["text"], begun["speaks"], begun["spoken"]["join_at"]) == (TEXT, True, "/join/")
    assert SECRET not in str(begun)
    one = lin.matter()
    assert (one["may_have_others"], one["joint"], one["moves"], one["addition_key"]) == (False, True, [], "")
    lin.post("filing/matters/1/together", {"seen": one["seen"], "text": TEXT}, 409)

    code = begun["spoken"]["code"]
    assert chen.post("joining/reading", {"code": code.lower()}) == {"text": TEXT}
    sent = joining(chen, code, contact={"phone": "0571 8888 0000"})
    joined = chen.post("joining", sent, 201)
    again = chen.post("joining", sent, 200)
    assert (again["receipt"], again["created"], members()) == (joined["receipt"], False, 2)
    chen.open(joined)
    read = chen.get(JOINT)
    assert (read["text"], read["speaks"], read["spoken"], read["about_how_many"]) == (
        TEXT,
        False,
        None,
        [0, 10],
    )
    for told in (str(joined), str(read), str(chen.get("filing"))):
        assert code not in told
        assert not [word for word in OF_THE_OFFICE if word in told.replace(TEXT, "")]


def test_a_lost_reply_loses_nothing_though_the_code_has_died(town: Town) -> None:
    lin, _ = begins(town)
    program = Program()
    sent = joining(program, code_of(lin))
    joined = program.post("joining", sent, 201)
    close_joining(lin.case, actor=lin.actor)
    assert program.post("joining", sent, 200)["receipt"] == joined["receipt"]
    program.post("joining", joining(program, sent["code"]), 403)
    assert members() == 2


def test_nobody_joins_for_a_text_that_they_were_not_shown(town: Town) -> None:
    lin, _ = begins(town)
    program, before = Program(), Filing.objects.count()
    program.post("joining", joining(program, code_of(lin), text="别的话"), 409)
    wrong = program.post("joining", joining(program, code_of(lin), contact={"email": "x"}), 422)
    assert [(one["where"], one["code"]) for one in wrong["errors"]] == [("contact.email", "email")]
    assert wrong["errors"][0]["zh"]
    program.post("joining", {**joining(program, code_of(lin)), "draft": program.draft()["draft"]}, 422)
    assert Filing.objects.count() == before


def test_wrong_codes_at_either_door_are_counted_in_one_number(town: Town, client: Client) -> None:
    """To join, and to speak: by program no faster than on the page, and the right one opens meanwhile."""
    lin, _ = begins(town)
    chen = of(joins(code_of(lin)))
    wrong = [chen.post("joining/reading", {"code": code}, 403) for code in ("", "7G2K-M4QX-0V9T-3NRB")]
    assert wrong[0] == wrong[1]
    chen.post(f"{JOINT}/seat", {"do": "take", "code": "7G2K"}, 403)
    assert client.post("/join/", {"code": "x"}).status_code == 429
    assert chen.post(f"{JOINT}/seat", {"do": "take", "code": "7G2K"}, 429)["status"] == 429
    chen.post("joining", joining(chen, "x"), 429)
    assert chen.post("joining/reading", {"code": code_of(lin)}) == {"text": TEXT}


def test_words_for_all_are_added_once_and_so_is_a_reply(town: Town, clock: Clock) -> None:
    lin, collective = begins(town)
    program = of(lin)
    key = program.get(JOINT)["spoken"]["words_key"]
    for _ in range(2):
        said = program.post(f"{JOINT}/words", {"words": "桥头那一段。", "key": key})
    assert [one["text"] for one in said["spoken"]["messages"]] == ["桥头那一段。"]
    program.post(f"{JOINT}/words", {"words": ""}, 422)
    program.post(f"{JOINT}/words", {"words": "x", "key": "made up"}, 422)
    qin = town.actor("qin")
    make_move(joint_of(collective), "accept", actor=qin, at=NOW)
    ask_resident(joint_of(collective), "ask", "哪一段路？", actor=qin, at=NOW)
    asked = program.get(JOINT)["spoken"]
    assert asked["asked"] == "哪一段路？"
    reply = {"words": "东头。", "key": asked["words_key"]}
    for _ in range(2):
        said = program.post(f"{JOINT}/words", reply)
    assert said["spoken"]["asked"] == ""
    said = Message.objects.filter(case=collective.case_id).exclude(kind="letter")
    assert sorted(said.values_list("kind", flat=True)) == ["addition", "question", "reply"]


def test_who_speaks_and_who_does_not(town: Town) -> None:
    lin, _ = begins(town)
    chen = joins(code_of(lin))
    first, other = of(lin), of(chen)
    for address, sent in (("words", {"words": "x"}), ("codes", {"do": "invite"}), ("seat", {"do": "leave"})):
        other.post(f"{JOINT}/{address}", sent, 409)
    invitation = first.post(f"{JOINT}/codes", {"do": "invite"})["invitation"]
    assert first.get(JOINT)["invitation"] == ""
    assert other.post(f"{JOINT}/seat", {"do": "take", "code": invitation})["speaks"]
    of(joins(code_of(lin))).post(f"{JOINT}/seat", {"do": "take", "code": invitation}, 403)
    other.post(f"{JOINT}/seat", {"do": "take", "code": invitation}, 409)
    before = code_of(lin)
    assert first.post(f"{JOINT}/codes", {"do": "renew"})["spoken"]["code"] not in ("", before)
    assert first.post(f"{JOINT}/codes", {"do": "close"})["spoken"]["code"] == ""
    for program in (first, other):
        assert not program.post(f"{JOINT}/seat", {"do": "leave"})["speaks"]

    mark = first.post(f"{JOINT}/offers", {"do": "offer"})["offers"]["own"]
    first.post(f"{JOINT}/offers", {"do": "begin"}, 409)
    other.post(f"{JOINT}/offers", {"do": "consent", "mark": "0000"}, 422)
    assert other.post(f"{JOINT}/offers", {"do": "consent", "mark": mark})["offers"]["consented"] == [mark]
    taken_back = other.post(f"{JOINT}/offers", {"do": "take_back_consent", "mark": mark})["offers"]
    assert (taken_back["consented"], taken_back["marks"], taken_back["own"]) == ([], [mark], "")
    other.post(f"{JOINT}/offers", {"do": "consent", "mark": mark})
    assert first.post(f"{JOINT}/offers", {"do": "begin"})["speaks"]
    assert other.get(JOINT)["offers"] is None
    other.post(f"{JOINT}/offers", {"do": "offer"}, 409)


def test_the_answer_reaches_all_and_each_goes_on_alone(town: Town, clock: Clock) -> None:
    lin, collective = begins(town)
    chen = joins(code_of(lin))
    program = of(chen)
    named = program.post(f"{JOINT}/offices", {"office": "roads"})
    assert [one["code"] for one in named["kept_off"]] == ["roads"]
    program.post(f"{JOINT}/offices", {"office": "nowhere"}, 422)
    assert program.post(f"{JOINT}/offices", {"office": "roads", "named": False})["kept_off"] == []
    answers(town, collective)
    clock.set("2026-03-03 09:00")
    program = of(chen)
    read = program.get(JOINT)
    assert (read["answered"], read["spoken"], read["until"] is not None) == (True, None, True)
    assert ANSWER.decided in str(read["answers"])
    alone = program.post(f"{JOINT}/alone", {})["matters"][0]
    assert (alone["joint"], "reopen" in {one["effect"] for one in alone["moves"]}) == (False, True)
    assert members() == 1
    program.get(JOINT, 404)
    assert joint_of(collective).stage == "answered"


def test_what_follows_nothing_and_what_is_gone(town: Town) -> None:
    lin, _ = begins(town)
    chen = of(joins(code_of(lin)))
    alone = of(complains(town))
    alone.get(JOINT, 404)
    described: Any = api.get_openapi_schema()["paths"]
    steps = [path for path in described if path.startswith(f"/api/v1/{JOINT.replace('1', '{number}')}/")]
    assert len(steps) == 6
    values = {"words": {"words": "x"}, "codes": {"do": "renew"}, "seat": {"do": "leave"}}
    values |= {"offers": {"do": "offer"}, "offices": {"office": "roads"}, "alone": {}}
    for path in steps:
        alone.post(
            path.removeprefix("/api/v1/").replace("{number}", "1"), values[path.rsplit("/", 1)[1]], 404
        )
    Collective.objects.all().delete()
    chen.get(JOINT, 410)
    assert chen.matter()["joint"]
    chen.post("filing/matters/1/withdrawal", {"erase": True})


def test_the_page_takes_in_a_double_press_once(town: Town) -> None:
    lin, collective = begins(town)
    page = at_home(lin)
    sent = {name: values[0] for name, values in page.fields(page.form("#form-speak")).items()}
    for _ in range(2):
        page.client.post("/filing/1/joint/", {**sent, "text": "桥头那一段。", "do": "speak"})
    assert Message.objects.filter(case=collective.case_id).count() == 1
