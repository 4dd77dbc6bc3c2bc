"""Cover: who stands in, for how long, and that no clock stops for it."""

from datetime import date, timedelta

import pytest

from gongshi.accounts.cover import absences, stood_in_for, substitute_of
from gongshi.accounts.covering import CoverRefused, end_absence, note_absence, set_roster, sweep_cover
from gongshi.accounts.models import Absence, DutyDay
from gongshi.accounts.rights import NotAllowed
from gongshi.cases.models import Clock
from gongshi.cases.worklists import Wanted, counts, queue
from tests.casework import accepted, add_staff
from tests.cast import NOW, Town, build_town, case_of, lin_files

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture
def town() -> Town:
    """Roads has a lead (He) and two who work on cases (Zhou, Fei)."""
    town = build_town()
    add_staff(town, "fei", roads=["handler"])
    return town


def away(town: Town, who: str, other: str, *, by: str = "he", first: int = 0, last: int = 4) -> Absence:
    return note_absence(
        town.staff[who].pk,
        town.staff[other].pk,
        from_on=TODAY + timedelta(days=first),
        until_on=TODAY + timedelta(days=last),
        actor=town.actor(by),
        today=TODAY,
        at=NOW,
    )


def stands_in(town: Town, who: str, on: int = 0) -> str:
    office = town.offices["roads"].pk
    found = substitute_of(town.staff[who].pk, office, on=TODAY + timedelta(days=on))
    return next((name for name, staff in town.staff.items() if staff.pk == found), "")


def test_a_colleague_stands_in_from_the_first_day_to_the_last(town: Town) -> None:
    away(town, "zhou", "fei", first=1, last=3)
    assert [stands_in(town, "zhou", on) for on in range(5)] == ["", "fei", "fei", "fei", ""]


def test_whoever_stands_in_may_be_away_too(town: Town) -> None:
    away(town, "zhou", "fei")
    away(town, "fei", "he", last=1)
    assert [stands_in(town, "zhou", on) for on in (0, 2)] == ["he", "fei"]
    away(town, "he", "zhou", last=1)
    assert stands_in(town, "zhou") == ""  # a circle: nobody


def test_whoever_left_stands_in_for_nobody(town: Town) -> None:
    away(town, "zhou", "fei")
    town.staff["fei"].is_active = False
    town.staff["fei"].save()
    from gongshi.places.snapshots import bump_revision

    bump_revision()
    assert stands_in(town, "zhou") == ""


def test_the_substitute_finds_the_cases_among_their_own(town: Town) -> None:
    _, case = accepted(town, by="zhou")
    fei = town.actor("fei")
    assert counts(fei, at=NOW).mine == 0
    away(town, "zhou", "fei")
    assert stood_in_for(fei, on=TODAY) == {town.staff["zhou"].pk}
    assert counts(fei, at=NOW).mine == 1
    assert [one.pk for one in queue(fei, Wanted(mine=True), at=NOW, page=1)[0]] == [case.pk]
    later = NOW + timedelta(days=5)
    assert counts(fei, at=later).mine == 0


def test_no_clock_stops(town: Town) -> None:
    _, case = accepted(town, by="zhou")
    before = list(Clock.objects.filter(case=case).order_by("code").values("code", "due_at", "paused_on"))
    away(town, "zhou", "fei")
    away(town, "he", "fei")
    fresh = case_of(lin_files(town)[0])
    assert (
        list(Clock.objects.filter(case=case).order_by("code").values("code", "due_at", "paused_on")) == before
    )
    assert not fresh.paused
    assert fresh.lead_id == town.staff["he"].pk


@pytest.mark.parametrize(
    ("first", "last", "other", "code"),
    [
        (3, 2, "fei", "order"),
        (-3, -1, "fei", "past"),
        (0, 400, "fei", "too_long"),
        (0, 1, "zhou", "substitute"),
        (0, 1, "ma", "substitute"),
        (0, 1, "su", "substitute"),
    ],
)
def test_what_cannot_be(town: Town, first: int, last: int, other: str, code: str) -> None:
    with pytest.raises(CoverRefused) as refused:
        away(town, "zhou", other, first=first, last=last)
    assert refused.value.code == code
    assert not Absence.objects.exists()


def test_days_are_noted_once_until_they_are_ended(town: Town) -> None:
    row = away(town, "zhou", "fei")
    with pytest.raises(CoverRefused, match="overlap"):
        away(town, "zhou", "he", first=4, last=9)
    assert not end_absence(row.pk, actor=town.actor("ma"), at=NOW)
    assert not end_absence(row.pk, actor=town.actor("fei"), at=NOW)
    assert end_absence(row.pk, actor=town.actor("zhou"), at=NOW)
    assert absences(town.offices["roads"].pk, on=TODAY) == []
    away(town, "zhou", "he", first=4, last=9)


def test_a_handler_notes_their_own_absence_only(town: Town) -> None:
    away(town, "zhou", "fei", by="zhou")
    with pytest.raises(NotAllowed):
        away(town, "fei", "zhou", by="zhou")
    with pytest.raises(NotAllowed):
        away(town, "zhou", "fei", by="ma")


def test_the_roster_names_people_of_the_office(town: Town) -> None:
    saturday = date(2026, 3, 7)
    set_roster({saturday: town.staff["fei"].pk}, actor=town.actor("he"))
    assert DutyDay.objects.get().staff_id == town.staff["fei"].pk
    set_roster({saturday: None}, actor=town.actor("he"))
    assert not DutyDay.objects.exists()
    with pytest.raises(CoverRefused):
        set_roster({saturday: town.staff["ma"].pk}, actor=town.actor("he"))
    with pytest.raises(NotAllowed):
        set_roster({saturday: None}, actor=town.actor("zhou"))


def test_what_is_long_over_is_removed(town: Town) -> None:
    away(town, "zhou", "fei", last=0)
    assert sweep_cover(NOW + timedelta(days=60)) == 0
    assert sweep_cover(NOW + timedelta(days=62)) == 1
