"""Nobody speaks for a joint matter any more: who begins is named by the others' consent, and nobody is seen."""

from datetime import timedelta

import pytest

from gongshi.cases.actions.looks import open_content
from gongshi.cases.queries import NotFound
from gongshi.grievances.actions.codes import SeatsTaken, invite, renew_code, speak, step_down, take_seat
from gongshi.grievances.actions.joining import read_invitation
from gongshi.grievances.actions.leaving import go_alone
from gongshi.grievances.actions.offers import (
    NotEnough,
    begin_to_speak,
    consent_to,
    offer_to_speak,
    take_back_consent,
    take_back_offer,
)
from gongshi.grievances.models import Backing, Collective, Member, Offer
from gongshi.grievances.queries import member_of
from gongshi.grievances.reading import Offers, offers_for
from tests.cast import NOW, Town
from tests.grievances.many import Somebody, begins, code_of, joins, joint_of

pytestmark = pytest.mark.django_db


def shown_to(somebody: Somebody) -> Offers:
    return offers_for(member_of(somebody.case), somebody.receipt, NOW.date())


def vacant(town: Town, others: int) -> tuple[Collective, list[Somebody]]:
    """Whoever began it goes on alone; the others are left without a voice."""
    lin, collective = begins(town)
    members = [joins(code_of(lin)) for _ in range(others)]
    go_alone(lin.case, actor=lin.actor, at=NOW)
    return collective, members


def test_whoever_comes_first_takes_nothing_and_more_than_half_name_one(town: Town) -> None:
    collective, (chen, wu, ma) = vacant(town, 3)
    assert all(one.reads().vacant for one in (chen, wu, ma))
    with pytest.raises(NotFound):
        take_seat(chen.case, "", actor=chen.actor)
    with pytest.raises(NotFound):
        begin_to_speak(chen.case, actor=chen.actor, at=NOW)
    mark = offer_to_speak(chen.case, actor=chen.actor, at=NOW)
    assert offer_to_speak(chen.case, actor=chen.actor, at=NOW) == mark
    with pytest.raises(NotEnough):
        begin_to_speak(chen.case, actor=chen.actor, at=NOW)
    for _ in range(2):
        consent_to(wu.case, f" {mark.lower()} ", actor=wu.actor, at=NOW)
    assert Backing.objects.count() == 2
    take_back_consent(wu.case, mark, actor=wu.actor, at=NOW)
    with pytest.raises(NotEnough):
        begin_to_speak(chen.case, actor=chen.actor, at=NOW)
    consent_to(ma.case, mark, actor=ma.actor, at=NOW)
    assert (shown_to(chen).enough, shown_to(wu).enough, shown_to(ma).backed) == (True, False, [mark])
    begin_to_speak(chen.case, actor=chen.actor, at=NOW)
    assert not wu.reads().vacant
    assert not Offer.objects.exists()
    speak(chen.case, "还是没有通。", actor=chen.actor, at=NOW)
    assert open_content(joint_of(collective), town.actor("qin"), why="assignment", at=NOW).messages[0].text
    take_seat(wu.case, invite(chen.case, actor=chen.actor), actor=wu.actor)
    assert Member.objects.exclude(seat=None).count() == 2
    with pytest.raises(NotFound):
        offer_to_speak(ma.case, actor=ma.actor, at=NOW)
    with pytest.raises(SeatsTaken):
        offer_to_speak(wu.case, actor=wu.actor, at=NOW)


def test_nobody_joins_to_consent_to_themselves(town: Town) -> None:
    lin, _ = begins(town)
    chen, code = joins(code_of(lin)), code_of(lin)
    step_down(lin.case, actor=lin.actor)
    with pytest.raises(NotFound):
        read_invitation(code)
    mark = offer_to_speak(chen.case, actor=chen.actor, at=NOW)
    with pytest.raises(NotEnough):
        begin_to_speak(chen.case, actor=chen.actor, at=NOW)
    consent_to(lin.case, mark, actor=lin.actor, at=NOW)
    begin_to_speak(chen.case, actor=chen.actor, at=NOW)
    renew_code(chen.case, actor=chen.actor)
    assert read_invitation(code_of(chen)).text


def test_an_offer_lapses_and_whoever_leaves_takes_their_consent_along(town: Town) -> None:
    _, (chen, wu, ma) = vacant(town, 3)
    mark = offer_to_speak(chen.case, actor=chen.actor, at=NOW)
    other = offer_to_speak(ma.case, actor=ma.actor, at=NOW)
    for one in (mark, other):
        consent_to(wu.case, one, actor=wu.actor, at=NOW)
    assert set(shown_to(wu).marks) == {mark, other}
    take_back_offer(ma.case, actor=ma.actor, at=NOW)
    go_alone(wu.case, actor=wu.actor, at=NOW)
    assert Backing.objects.count() == 1
    assert shown_to(chen).enough is False
    later = NOW + timedelta(days=15)
    with pytest.raises(NotFound):
        consent_to(ma.case, mark, actor=ma.actor, at=later)
    assert offers_for(member_of(ma.case), ma.receipt, later.date()).marks == []
    with pytest.raises(NotFound):
        begin_to_speak(chen.case, actor=chen.actor, at=later)


def test_no_row_says_who_offered_or_consented(town: Town) -> None:
    _, (chen, wu) = vacant(town, 2)
    first = offer_to_speak(chen.case, actor=chen.actor, at=NOW)
    second = offer_to_speak(wu.case, actor=wu.actor, at=NOW)
    consent_to(wu.case, first, actor=wu.actor, at=NOW)
    marks = [bytes(row) for row in Backing.objects.values_list("token", flat=True)]
    marks += [bytes(row) for row in Offer.objects.values_list("maker", flat=True)]
    # Three consents and two offers by two members: nothing in them comes twice.
    assert len(set(marks)) == len(marks) == 5
    assert {field.name for model in (Offer, Backing) for field in model._meta.get_fields()} == {
        *("id", "collective", "mark", "maker", "made_on", "backings", "offer", "token"),
    }
    assert (shown_to(chen).own, shown_to(wu).own) == (first, second)
