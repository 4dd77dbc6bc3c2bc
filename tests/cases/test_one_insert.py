"""The public ledger adds one insert to an action, whatever the action writes besides."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gongshi.accounts.keys import hand_key, renew_office_key
from gongshi.cases import jobs
from gongshi.cases.actions.answers import Verdict, give_verdict, send_answer
from gongshi.cases.actions.conversation import add_to_case
from gongshi.cases.actions.erasure import keep_after_all, withdraw
from gongshi.cases.actions.glass import approve, ask, find_asked, refuse
from gongshi.cases.actions.looks import open_contact, open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.publication import give_consent, publish
from gongshi.cases.actions.recusals import recuse_self
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import BreakGlass
from gongshi.cases.sealed import seal_asked
from gongshi.safekeeping.models import Leaf
from tests.cases.test_imports import take
from tests.casework import ACCEPTED, ANSWER, ANSWERED, accepted, add_office, add_staff, answered, picture
from tests.cast import NOW, Town, case_of, lin_files, matter, resident
from tests.statements import captured

pytestmark = pytest.mark.django_db
LATER = ANSWERED + timedelta(hours=2)
COPY = PublicCopy("老桥的坑", "老桥东头路面塌了一个坑。")

Step = Callable[[], object]


def files(town: Town) -> Step:
    """Three matters at once."""
    return lambda: lin_files(town, matter(town), matter(town, "leak"), matter(town, "noise"))


def accepts(town: Town) -> Step:
    case = case_of(lin_files(town)[0])
    return lambda: make_move(case, "accept", actor=town.actor("zhou"), at=ACCEPTED)


def reads(town: Town) -> Step:
    _, case = accepted(town)
    return lambda: open_content(case, town.actor("zhou"), why="assignment", at=LATER)


def reads_the_contact(town: Town) -> Step:
    _, case = accepted(town)
    return lambda: open_contact(case, town.actor("zhou"), why="assignment", at=LATER)


def answers(town: Town) -> Step:
    _, case = accepted(town)
    return lambda: send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=ANSWERED)


def adds(town: Town) -> Step:
    filed, case = accepted(town)
    return lambda: add_to_case(case, "还有一处", [("a.png", picture())], actor=resident(filed), at=LATER)


def confirms(town: Town) -> Step:
    filed, case = answered(town)
    return lambda: give_verdict(case, "confirm", Verdict(True), actor=resident(filed), at=LATER)


def reopens(town: Town) -> Step:
    filed, case = answered(town)
    verdict = Verdict(False, None, "又塌了。")
    return lambda: give_verdict(case, "reopen", verdict, actor=resident(filed), at=LATER)


def withdraws(town: Town) -> Step:
    filed, case = accepted(town)
    return lambda: withdraw(case, erase=True, actor=resident(filed), at=LATER)


def keeps_after_all(town: Town) -> Step:
    filed, case = accepted(town)
    withdraw(case, erase=True, actor=resident(filed), at=LATER)
    case.refresh_from_db()
    return lambda: keep_after_all(case, actor=resident(filed), at=LATER + timedelta(days=1))


def erases(town: Town) -> Step:
    """With everything that happened before: its leaves are unlinked by the same transaction."""
    filed, case = answered(town)
    open_content(case, town.actor("zhou"), why="assignment", at=LATER)
    case.refresh_from_db()
    withdraw(case, erase=True, actor=resident(filed), at=LATER)
    return lambda: jobs.erase(NOW + timedelta(days=20))


def asked_for(town: Town) -> BreakGlass:
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    case = case_of(lin_files(town)[0])
    ask(case.filing.reference, 1, "合起来看。", actor=town.actor("pan"), at=NOW)
    find_asked(NOW)
    return BreakGlass.objects.get(case=case)


def brings_a_request(town: Town) -> Step:
    row = asked_for(town)
    BreakGlass.objects.filter(pk=row.pk).update(case=None, asked_reason=seal_asked("合起来看。", row=row.pk))
    return lambda: find_asked(NOW)


def lets_them_read(town: Town) -> Step:
    row = asked_for(town)
    return lambda: approve(row.id, actor=town.actor("qin"), at=NOW)


def refuses_them(town: Town) -> Step:
    row = asked_for(town)
    return lambda: refuse(row.id, actor=town.actor("qin"), at=NOW)


def steps_back(town: Town) -> Step:
    _, case = accepted(town)
    return lambda: recuse_self(case, "是我表弟。", actor=town.actor("zhou"), at=LATER)


def agrees(town: Town) -> Step:
    filed, case = answered(town)
    return lambda: give_consent(case, COPY, actor=resident(filed), at=LATER)


def shows(town: Town) -> Step:
    filed, case = answered(town)
    consent = give_consent(case, COPY, actor=resident(filed), at=LATER)
    return lambda: publish(consent.id, COPY, actor=town.actor("su"), at=LATER)


def hands_over(town: Town) -> Step:
    _, case = accepted(town)
    params = {"office": town.offices["water"].id, "reason": "归水务。"}
    return lambda: make_move(case, "hand_over", actor=town.actor("zhou"), at=LATER, params=params)


def hands_the_key(town: Town) -> Step:
    tang = town.staff["tang"].pk
    return lambda: hand_key(town.actor("qin"), tang, at=LATER)


def renews_the_key(town: Town) -> Step:
    return lambda: renew_office_key(town.actor("qin"), at=LATER)


def imports(_town: Town) -> Step:
    """Two cases at once."""
    return lambda: take({}, {"no": "2"})


STEPS = (
    files,
    accepts,
    reads,
    reads_the_contact,
    answers,
    adds,
    confirms,
    reopens,
    withdraws,
    keeps_after_all,
    erases,
    brings_a_request,
    lets_them_read,
    refuses_them,
    steps_back,
    agrees,
    shows,
    hands_over,
    hands_the_key,
    renews_the_key,
    imports,
)


@pytest.mark.parametrize("prepared", STEPS, ids=lambda step: step.__name__)
def test_an_action_sends_one_insert_of_leaves(town: Town, prepared: Callable[[Town], Step]) -> None:
    step = prepared(town)
    before = Leaf.objects.count()
    with captured() as statements:
        step()
    inserts = [one for one in statements if "INSERT" in one and '"safekeeping_leaf"' in one]
    assert len(inserts) == 1
    assert Leaf.objects.count() > before
