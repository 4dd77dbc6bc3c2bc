"""Notices of outages and works: their states, what fits a matter, revisions, and whom it tells in the end."""

import uuid
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from gongshi.accounts.rights import NotAllowed
from gongshi.bulletin.actions.disruptions import change, end, resume, withdraw
from gongshi.bulletin.actions.numbering import PageChanged
from gongshi.bulletin.actions.telling import MOST, NothingToTell, subscribe, unsubscribe
from gongshi.bulletin.disruptions import (
    BANDS,
    band_of,
    disruption_of,
    disruption_shown,
    known_about,
    overdue,
    shown_now,
    state_of,
)
from gongshi.bulletin.drafts import PageRefused
from gongshi.bulletin.jobs import tell
from gongshi.bulletin.models import Disruption, DisruptionRevision, Subscription
from gongshi.bulletin.queries import PageNotFound
from gongshi.cases.jobs import sweep_keys
from gongshi.notifications.addresses import AddressError
from gongshi.notifications.jobs import deliver
from gongshi.notifications.models import OutboxRow, State
from gongshi.places.queries import areas
from gongshi.routing.queries import categories
from gongshi.safekeeping.models import Wrap
from gongshi.safekeeping.queries import is_buried
from gongshi.words import pair
from tests.bulletin.outages import announced, outage
from tests.cast import NOW, Town
from tests.statements import captured

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
EMAIL, PHONE = "lin@example.org", "138 0000 0000"


@pytest.fixture(autouse=True)
def outbox(settings: Settings, tmp_path: Path) -> Path:
    """What is sent becomes files here, which show whom they are for."""
    settings.DEMO, settings.OUTBOX_DIRECTORY, settings.BASE_URL = True, tmp_path, "https://gongshi.example"
    return tmp_path


def about(town: Town, kind: str, area: str | None) -> list[str]:
    place = areas()[town.areas[area].id].path if area else ()
    found = known_about(categories()[town.categories[kind].id].path, place, at=NOW)
    return [one.row.code for one in found]


# states, and what fits


def test_its_times_say_what_it_is(town: Town) -> None:
    now = announced(town)
    later = announced(town, begins_at=NOW + 24 * HOUR, expected_until=NOW + 30 * HOUR)
    secret = announced(town, shown_from=NOW + HOUR)
    assert [state_of(row, NOW) for row in (now, later, secret)] == ["running", "planned", "scheduled"]
    assert state_of(later, NOW + 25 * HOUR) == state_of(secret, NOW + HOUR) == "running"
    assert [one.row.code for one in shown_now(NOW, "running", "planned")] == [now.code, later.code]
    assert {one.row.code for one in shown_now(NOW + HOUR, "running")} == {now.code, secret.code}
    with pytest.raises(PageNotFound):
        disruption_shown(secret.code, NOW)
    end(now, NOW, seen=1, actor=town.actor("ma"), at=NOW)
    assert state_of(now, NOW) == "over"
    assert [one.row.code for one in shown_now(NOW + HOUR, "over")] == [now.code]
    assert shown_now(NOW + timedelta(days=8), "over") == []
    assert disruption_shown(now.code, NOW + timedelta(days=8)).row == now
    withdraw(later, seen=1, actor=town.actor("ma"), at=NOW)
    assert state_of(later, NOW) == "withdrawn"
    with pytest.raises(PageNotFound):
        disruption_shown(later.code, NOW)


@pytest.mark.parametrize(
    ("kind", "area", "fits"),
    [
        ("leak", "east-grid", True),
        ("leak", "west-grid", False),
        ("leak", "river-street", True),
        ("leak", None, False),
        ("pothole", "east-grid", False),
    ],
)
def test_category_and_place_have_to_fit(town: Town, kind: str, area: str | None, fits: bool) -> None:
    row = announced(town)
    assert about(town, kind, area) == ([row.code] if fits else [])


def test_a_whole_group_of_categories_and_the_whole_place(town: Town) -> None:
    group = town.categories["leak"].parent
    assert group is not None
    row = announced(town, categories=(group.id,), areas=())
    assert about(town, "pothole", None) == about(town, "leak", "west-grid") == [row.code]
    nothing = announced(town, categories=())
    assert nothing.code not in about(town, "leak", "east-grid")


def test_what_is_known_costs_no_statement(town: Town) -> None:
    announced(town)
    ma = town.actor("ma")
    about(town, "leak", "east-grid")
    with captured() as statements:
        about(town, "leak", "east-grid")
        overdue(ma, at=NOW)
        shown_now(NOW, "running")
    assert statements == []


def test_past_its_expected_end_it_counts_at_its_own_desk(town: Town) -> None:
    row = announced(town)
    ma = town.actor("ma")
    assert overdue(ma, at=NOW) == 0
    assert overdue(ma, at=NOW + 10 * HOUR) == 1
    assert (
        overdue(town.actor("zhou"), at=NOW + 10 * HOUR) == overdue(town.actor("su"), at=NOW + 10 * HOUR) == 0
    )
    end(row, NOW, seen=1, actor=ma, at=NOW)
    assert overdue(ma, at=NOW + 10 * HOUR) == 0


# revisions


def test_every_change_is_a_revision_with_who(town: Town) -> None:
    row, ma = announced(town), town.actor("ma")
    later = NOW + 12 * HOUR
    change(row, outage(town, expected_until=later, areas=()), seen=1, actor=ma, at=NOW + HOUR)
    end(row, NOW + HOUR, seen=2, actor=ma, at=NOW + 2 * HOUR)
    resume(row, seen=3, actor=ma, at=NOW + 2 * HOUR)
    withdraw(row, seen=4, actor=ma, at=NOW + 3 * HOUR)
    told = list(DisruptionRevision.objects.order_by("number"))
    assert [one.change for one in told] == ["announced", "changed", "over", "resumed", "withdrawn"]
    assert [one.expected_until for one in told[:2]] == [NOW + 9 * HOUR, later]
    assert [one.over_at for one in told[1:4]] == [None, NOW + HOUR, None]
    assert [one.scope["areas"] for one in told[:3]] == [["east-grid"], [], []]
    assert {one.by_id for one in told} == {town.staff["ma"].id}
    assert Disruption.objects.get().shown_from == NOW


def test_who_comes_second_is_told(town: Town) -> None:
    row, ma = announced(town), town.actor("ma")
    change(row, outage(town), seen=1, actor=ma, at=NOW)
    with pytest.raises(PageChanged):
        change(row, outage(town, areas=()), seen=1, actor=ma, at=NOW)
    assert [area.code for area in row.areas.all()] == ["east-grid"]
    end(row, NOW, seen=2, actor=ma, at=NOW)
    with pytest.raises(PageChanged):
        change(row, outage(town), seen=3, actor=ma, at=NOW)
    with pytest.raises(PageChanged):
        end(row, NOW, seen=3, actor=ma, at=NOW)


def test_only_its_own_office_and_only_who_works_there(town: Town) -> None:
    row = announced(town)
    for name in ("zhou", "tang"):
        with pytest.raises(PageNotFound):
            end(row, NOW, seen=1, actor=town.actor(name), at=NOW)
        with pytest.raises(PageNotFound):
            disruption_of(row.code, town.actor(name))
    with pytest.raises(NotAllowed):
        announced(town, "su")
    with pytest.raises(NotAllowed):
        withdraw(row, seen=1, actor=town.actor("su"), at=NOW)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"title": pair("停水", "")}, ("title", "en", "needed")),
        ({"text": {"zh": "说明"}}, ("text", "en", "needed")),
        ({"title": pair("停" * 81, "x")}, ("title", "zh", "too_long")),
        ({"begins_at": None}, ("begins_at", "", "needed")),
        ({"expected_until": NOW - 2 * HOUR}, ("expected_until", "", "before_begin")),
    ],
)
def test_what_is_wrong_is_refused(
    town: Town, changed: dict[str, object], fault: tuple[str, str, str]
) -> None:
    with pytest.raises(PageRefused) as refused:
        announced(town, **changed)
    assert [(one.part, one.language, one.code) for one in refused.value.faults] == [fault]
    assert not Disruption.objects.exists()


def test_it_ends_neither_before_it_began_nor_later_than_now(town: Town) -> None:
    row = announced(town)
    for wrong, code in ((NOW - 2 * HOUR, "before_begin"), (NOW + HOUR, "to_come")):
        with pytest.raises(PageRefused) as refused:
            end(row, wrong, seen=1, actor=town.actor("ma"), at=NOW)
        assert [one.code for one in refused.value.faults] == [code]


# telling


def test_whoever_asked_is_told_once_and_then_forgotten(town: Town, outbox: Path) -> None:
    row, ma = announced(town), town.actor("ma")
    for contact, language in ((EMAIL, "zh"), (PHONE, "en"), (" LIN@example.org", "en"), (EMAIL, "zh")):
        subscribe(row, contact, language=language, at=NOW)
    assert tell(NOW) == 0
    end(row, NOW, seen=1, actor=ma, at=NOW)
    assert tell(NOW + timedelta(minutes=1)) == 0, "until then a wrong click can be undone"
    then = NOW + timedelta(minutes=2)
    tell(then)
    assert not list(outbox.iterdir())
    # The same address twice is one notice. What stands before the @ is another address in other letters.
    assert sorted(OutboxRow.objects.values_list("channel", "template")) == [
        ("email", "over"),
        ("email", "over"),
        ("sms", "over"),
    ]
    assert deliver("test", then)[State.SENT] == 3
    assert not Subscription.objects.exists()
    sent = {file.suffix: file.read_text() for file in outbox.iterdir()}
    assert "13800000000" in sent[".txt"]
    assert "No water around the Old Bridge: over, says the office." in sent[".txt"]
    assert f"https://gongshi.example/en/notices/{row.code}/" in sent[".txt"]
    tell(then + timedelta(minutes=1))
    assert not Wrap.objects.filter(subject=row.id).exists()
    assert is_buried(row.id)
    assert tell(then + HOUR) == 0
    assert not OutboxRow.objects.filter(state=State.WAITING).exists()


def test_the_mail_is_in_the_language_of_whoever_asked(town: Town, outbox: Path) -> None:
    row = announced(town)
    subscribe(row, EMAIL, language="zh", at=NOW)
    end(row, NOW, seen=1, actor=town.actor("ma"), at=NOW)
    tell(NOW + HOUR)
    deliver("test", NOW + HOUR)
    mail = BytesParser(policy=policy.default).parsebytes(next(outbox.iterdir()).read_bytes())
    assert mail["To"] == EMAIL
    assert mail["Subject"] == "已结束：老桥一带停水"
    assert "这是唯一的一封，您的邮箱随后删除" in mail.get_content()
    assert "回执" not in mail.get_content()


def test_until_it_is_sent_it_is_kept(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    row = announced(town)
    subscribe(row, EMAIL, language="zh", at=NOW)
    end(row, NOW, seen=1, actor=town.actor("ma"), at=NOW)
    for minutes in (2, 3, 4):
        tell(NOW + timedelta(minutes=minutes))
    assert Subscription.objects.count() == OutboxRow.objects.filter(state=State.WAITING).count() == 1


def test_what_cannot_be_sent_is_forgotten_too(town: Town) -> None:
    row = announced(town)
    subscribe(row, EMAIL, language="zh", at=NOW)
    end(row, NOW, seen=1, actor=town.actor("ma"), at=NOW)
    tell(NOW + HOUR)
    OutboxRow.objects.update(state=State.FAILED)
    tell(NOW + 2 * HOUR)
    assert not Subscription.objects.exists()
    assert is_buried(row.id)


def test_a_wrong_click_is_undone_until_they_are_told(town: Town) -> None:
    row, ma = announced(town), town.actor("ma")
    subscribe(row, EMAIL, language="zh", at=NOW)
    end(row, NOW, seen=1, actor=ma, at=NOW)
    resume(row, seen=2, actor=ma, at=NOW + timedelta(minutes=1))
    assert tell(NOW + HOUR) == 0
    assert Subscription.objects.count() == 1
    end(row, NOW, seen=3, actor=ma, at=NOW + HOUR)
    tell(NOW + 2 * HOUR)
    with pytest.raises(PageChanged):
        resume(row, seen=4, actor=ma, at=NOW + 2 * HOUR)
    with pytest.raises(PageChanged):
        withdraw(row, seen=4, actor=ma, at=NOW + 2 * HOUR)


def test_what_is_withdrawn_tells_nobody_and_forgets_all(town: Town) -> None:
    row = announced(town)
    subscribe(row, EMAIL, language="zh", at=NOW)
    withdraw(row, seen=1, actor=town.actor("ma"), at=NOW)
    assert not Subscription.objects.exists()
    assert is_buried(row.id)
    assert tell(NOW + HOUR) == 0
    assert not OutboxRow.objects.exists()


def test_it_can_be_taken_back_with_the_key_of_the_row_alone(town: Town) -> None:
    row = announced(town)
    first = subscribe(row, EMAIL, language="zh", at=NOW)
    second = subscribe(row, EMAIL, language="zh", at=NOW)
    unsubscribe(uuid.uuid4())
    unsubscribe(first)
    assert list(Subscription.objects.values_list("id", flat=True)) == [second]


def test_nothing_of_a_contact_can_be_read_or_compared(town: Town) -> None:
    rows = [announced(town), announced(town)]
    for row in (rows[0], rows[0], rows[1]):
        subscribe(row, EMAIL, language="zh", at=NOW)
    kept = [bytes(one.contact) for one in Subscription.objects.all()]
    assert len(set(kept)) == 3
    assert not any(b"lin" in one or b"example" in one for one in kept)
    assert {one.id.version for one in Subscription.objects.all()} == {4}, "a key that holds no time"


def test_where_it_is_over_or_full_nobody_is_taken_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    row, later = announced(town), announced(town, shown_from=NOW + HOUR)
    with pytest.raises(NothingToTell):
        subscribe(later, EMAIL, language="zh", at=NOW)
    assert MOST == 20_000
    monkeypatch.setattr("gongshi.bulletin.actions.telling.MOST", 1)
    subscribe(row, EMAIL, language="zh", at=NOW)
    with pytest.raises(NothingToTell):
        subscribe(row, PHONE, language="zh", at=NOW)
    end(row, NOW, seen=1, actor=town.actor("ma"), at=NOW)
    with pytest.raises(NothingToTell):
        subscribe(row, EMAIL, language="zh", at=NOW)


@pytest.mark.parametrize("typed", ["", "lin", "lin@", "12", "a@b@c.org", "x" * 300])
def test_what_is_no_address_is_refused(town: Town, typed: str) -> None:
    with pytest.raises(AddressError):
        subscribe(announced(town), typed, language="zh", at=NOW)


def test_what_nothing_is_sent_by_is_refused(town: Town, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(AddressError, match="not_connected"):
        subscribe(announced(town), EMAIL, language="zh", at=NOW)


def test_staff_read_a_band_and_no_number(town: Town) -> None:
    row = announced(town)
    assert band_of(row) == (0, 9)
    for number in range(12):
        subscribe(row, f"1380000{number:04}", language="zh", at=NOW)
    assert band_of(row) == (10, 19)
    assert list(BANDS) == sorted(BANDS)


def test_its_key_is_no_orphan(town: Town) -> None:
    """The sweep of keys that belong to nothing knows notices."""
    row = announced(town)
    assert sweep_keys(NOW + timedelta(days=3)) == 0
    assert Wrap.objects.filter(subject=row.id).exists()
