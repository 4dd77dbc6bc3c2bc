"""What is told: what the public doors show, after they show it; and of what is not public not even a number."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from gongshi.bulletin.actions.disruptions import end, withdraw
from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.erasure import withdraw_all
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.publication import consents_to_review, publish, take_back_consent
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.jobs import erase
from gongshi.cases.models import Case, PublicCase
from gongshi.figures.jobs import tick_open_data, tick_released
from gongshi.receivers import gathering
from gongshi.receivers.actions import pause
from gongshi.receivers.events import EVENTS
from gongshi.receivers.gathering import gather
from gongshi.receivers.models import Delivery, Told, ToldCase
from tests.bulletin.outages import announced
from tests.casework import ANSWER, accepted, grievance, ladder_town
from tests.cast import Town, case_of, lin_files, matter, resident
from tests.clock import Clock, local
from tests.published import published_cases
from tests.receivers.conftest import Listening, set_up

pytestmark = pytest.mark.django_db
COPY = PublicCopy("桥头塌了个坑", "老桥东头塌了个坑。")
POINT = (30.256789, 120.756789)


def shown(town: Town, clock: Clock) -> tuple[Any, Case, PublicCase]:
    """A case that is published as it was agreed."""
    filed, case = accepted(town, matter(town, public=COPY, point=POINT))
    (consent,) = consents_to_review(town.actor("su"))
    return filed, case, publish(consent.id, COPY, actor=town.actor("su"), at=clock())


def kinds(told: list[dict[str, Any]]) -> list[str]:
    return sorted(one["type"] for one in told)


def test_a_case_from_its_publication_to_its_end(town: Town, listening: Listening, clock: Clock) -> None:
    filed, case, public = shown(town, clock)
    (told,) = listening.told()
    data = told["data"]
    assert told["type"] == "case.published"
    assert data["id"] == str(public.id)
    assert data["page"] == f"https://gongshi.example/published/{public.id}/"
    assert data["point"] == {"latitude": public.latitude, "longitude": public.longitude} != POINT
    assert data["filed_on"] == "2026-03-02"
    # Nothing that the public door does not show, and the door shows it already.
    page = Client().get(f"/published/{public.id}/")
    door = Client().get(f"/api/v1/cases/{public.id}").json()
    assert page.status_code == 200
    for name in ("id", "state", "filed_on", "answered_on"):
        assert door[name] == data[name]
    assert listening.told() == []
    case = send_answer(
        Case.objects.get(pk=case.pk), "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-04 16:00")
    )
    (told,) = listening.told()
    assert (told["type"], told["data"]["state"]) == ("case.answered", "answered")
    take_back_consent(case, actor=resident(filed), at=clock())
    (told,) = listening.told()
    assert (told["type"], told["data"]) == ("case.taken_back", {"id": str(public.id)})
    assert listening.told() == []
    assert not ToldCase.objects.exists()


def test_what_is_not_public_leaves_no_trace(town: Town, listening: Listening, clock: Clock) -> None:
    """Filed, moved, answered, asked to be published, sealed: nothing is queued, and the tables stand as before."""
    before = list(Told.objects.values())
    _, case = accepted(town, matter(town, public=COPY))
    send_answer(case, "answer", ANSWER, actor=town.actor("zhou"), at=local("2026-03-04 16:00"))
    ladder_town(town)
    grievance(town)
    assert listening.told() == []
    assert not Delivery.objects.exists()
    assert not ToldCase.objects.exists()
    assert list(Told.objects.values()) == before


def test_taken_back_before_the_round_is_never_told(town: Town, listening: Listening, clock: Clock) -> None:
    filed, case, _ = shown(town, clock)
    take_back_consent(Case.objects.get(pk=case.pk), actor=resident(filed), at=clock())
    assert listening.told() == []


def test_taken_back_before_a_retry_says_only_that_it_is_gone(
    town: Town, listening: Listening, clock: Clock
) -> None:
    filed, case, public = shown(town, clock)
    listening.server.status = 500
    listening.told()
    listening.server.status = 200
    take_back_consent(Case.objects.get(pk=case.pk), actor=resident(filed), at=clock())
    clock.advance(hours=1)
    told = listening.told()
    assert [(one["type"], one["data"]) for one in told] == [("case.taken_back", {"id": str(public.id)})]


def test_erased_is_taken_back(town: Town, listening: Listening, clock: Clock) -> None:
    filed, _, public = shown(town, clock)
    listening.told()
    listening.only("case.taken_back", "case.changed")
    withdraw_all(filed.filing, erase=True, actor=resident(filed), at=clock())
    erase(clock.advance(days=40))
    (told,) = listening.told()
    assert (told["type"], told["data"]) == ("case.taken_back", {"id": str(public.id)})


def test_handed_on_is_a_change(town: Town, listening: Listening, clock: Clock) -> None:
    (public,) = published_cases(town, 1)
    listening.told()
    PublicCase.objects.filter(pk=public.pk).update(office=town.offices["water"])
    assert kinds(listening.told()) == ["case.changed"]
    PublicCase.objects.filter(pk=public.pk).update(state="closed")
    assert kinds(listening.told()) == ["case.changed"]


def test_what_was_public_before_is_not_told(
    town: Town, clock: Clock, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "_PIECE", 2)
    published_cases(town, 5)
    listening = Listening(town, server, clock)
    assert listening.told() == []
    published_cases(town, 1)
    assert kinds(listening.told()) == ["case.published"]


def test_notices(town: Town, listening: Listening, clock: Clock) -> None:
    row = announced(town)
    (told,) = listening.told()
    page = f"https://gongshi.example/notices/{row.code}/"
    assert told["data"] == {"id": row.code, "page": page, "state": "running"}
    assert Client().get(f"/notices/{row.code}/").status_code == 200
    ma = town.actor("ma", keys=False)
    row = end(row, clock(), seen=row.number, actor=ma, at=clock())
    (told,) = listening.told()
    assert (told["type"], told["data"]["state"]) == ("notice.changed", "over")
    clock.advance(days=8)  # in no list any more, and not withdrawn
    assert listening.told() == []
    other = announced(town)
    assert kinds(listening.told()) == ["notice.published"]
    withdraw(other, seen=other.number, actor=ma, at=clock())
    (told,) = listening.told()
    assert (told["type"], told["data"]) == ("notice.withdrawn", {"id": other.code})


def test_a_notice_is_not_told_before_it_is_shown(town: Town, listening: Listening, clock: Clock) -> None:
    announced(town, shown_from=clock() + timedelta(days=1))
    assert listening.told() == []
    clock.advance(days=1, minutes=1)
    assert kinds(listening.told()) == ["notice.published"]


def test_figures_and_open_data(town: Town, listening: Listening, clock: Clock) -> None:
    lin_files(town)
    published_cases(town, 1, published_on=local("2026-03-31 12:00").date())
    listening.told()
    clock.set("2026-05-01 09:00")
    assert tick_released(clock()) == 1
    (told,) = listening.told()
    assert told["type"] == "figures.released"
    assert told["data"] == {"id": "2026-03", "page": "https://gongshi.example/figures/?month=2026-03"}
    assert Client().get("/figures/?month=2026-03").status_code == 200
    tick_open_data(clock())
    (told,) = listening.told()
    assert (told["type"], told["data"]["id"], told["data"]["made_on"]) == (
        "open_data.released",
        "2026-04",
        "2026-05-01",
    )
    for name in ("page", "catalogue"):
        assert Client().get(told["data"][name].removeprefix("https://gongshi.example")).status_code == 200
    assert listening.told() == []


def test_each_is_told_what_it_asked_for(town: Town, listening: Listening, clock: Clock) -> None:
    other, _ = set_up(town, listening.server, clock, name="别人", events=["case.taken_back"])
    published_cases(town, 1)
    gather(clock())
    assert [one.receiver_id for one in Delivery.objects.all()] == [listening.row.pk]
    assert other.events == ["case.taken_back"]


def test_with_nobody_to_tell_nothing_is_kept(town: Town, listening: Listening, clock: Clock) -> None:
    published_cases(town, 1)
    assert kinds(listening.told()) == ["case.published"]
    pause(listening.fresh(), actor=town.actor("ada", keys=False), at=clock())
    gather(clock())
    assert not ToldCase.objects.exists()
    assert not Told.objects.exists()


def test_every_event_is_documented_with_its_type() -> None:
    from tests.structure.source import ROOT

    guide = (ROOT / "docs/guides/webhooks.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in guide.splitlines() if line.startswith("| `")]
    assert [row.strip("`") for row in rows if "." in row and " " not in row] == [*EVENTS, "webhook.test"]


def test_the_secret_and_the_address_are_sealed(town: Town, listening: Listening, settings: Settings) -> None:
    row = listening.fresh()
    stored = bytes(row.url) + b"".join(bytes(one.sealed) for one in row.secrets.all())
    assert b"t0k3n" not in stored
    assert listening.secret.encode() not in stored


def test_moves_of_an_unpublished_case_next_to_a_published_one_say_nothing(
    town: Town, listening: Listening, clock: Clock
) -> None:
    shown(town, clock)
    listening.told()
    filed, _ = lin_files(town)
    make_move(case_of(filed), "accept", actor=town.actor("zhou"), at=clock())
    assert listening.told() == []
