"""What is public: the consented copy after review, which can only take away; gone at once when it is taken back."""

from uuid import UUID

import pytest
from django.db import DatabaseError

from gongshi.accounts.rights import NotAllowed
from gongshi.cases.actions import looks as look_actions
from gongshi.cases.actions.answers import Verdict, give_verdict, send_answer
from gongshi.cases.actions.conversation import add_to_case, write_note
from gongshi.cases.actions.filing import Filed
from gongshi.cases.actions.moves import Changed, make_move
from gongshi.cases.actions.publication import (
    CopyRefused,
    consents_to_review,
    give_consent,
    open_copy,
    publish,
    refuse_publication,
    take_back_consent,
)
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import Case, Consent, History, Look, PublicCase
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import key_of, read_case
from gongshi.cases.texts import TextRefused
from gongshi.notifications.models import OutboxRow
from gongshi.rules.geometry import snap
from gongshi.rules.redaction import MARK
from tests.casework import ACCEPTED, ANSWER, ANSWERED, accepted, replayed
from tests.cast import NOW, Town, case_of, lin_files, matter, resident
from tests.clock import local

pytestmark = pytest.mark.django_db
COPY = PublicCopy("桥头塌了个坑", "老桥东头塌了个坑，\n摔了张家的孩子。")
POINT = (30.256789, 120.756789)


def agreed(town: Town, **extra: object) -> tuple[Filed, Case]:
    """Filed with a consent, and taken on."""
    return accepted(town, matter(town, public=COPY, point=POINT, **extra))


def shown(town: Town, **extra: object) -> tuple[Filed, Case, PublicCase]:
    """Published as it was agreed."""
    filed, case = agreed(town, **extra)
    return filed, case, publish(waiting(town), COPY, actor=town.actor("su"), at=ACCEPTED)


def waiting(town: Town) -> UUID:
    (consent,) = consents_to_review(town.actor("su"))
    return consent.id


def test_the_reviewed_copy_and_nothing_finer(town: Town) -> None:
    _, case, public = shown(town)
    assert (public.title, public.text, public.state) == (COPY.title, COPY.text, "open")
    assert (public.latitude, public.longitude) == snap(*POINT, 200)
    assert (public.latitude, public.longitude) != POINT
    assert public.area == town.areas["river-street"]
    assert (str(public.filed_on), public.answered_on) == ("2026-03-02", None)
    assert public.id.version == 4  # a key by time would tell when it was filed
    replayed(case)


def test_review_can_only_take_away(town: Town) -> None:
    agreed(town)
    consent, su = waiting(town), town.actor("su")
    for title, text, part in (
        (COPY.title, COPY.text + "已核实。", "text"),
        (COPY.title, COPY.text.replace("张家的孩子", "一个孩子"), "text"),
        (COPY.title, COPY.text.replace("摔了张家的孩子。", ""), "text"),
        ("桥头", COPY.text, "title"),
    ):
        with pytest.raises(CopyRefused) as refusal:
            publish(consent, PublicCopy(title, text), actor=su, at=NOW)
        assert refusal.value.part == part
    assert not PublicCase.objects.exists()
    masked = PublicCopy(COPY.title, COPY.text.replace("张家的孩子", MARK))
    assert publish(consent, masked, actor=su, at=NOW).text == masked.text
    with pytest.raises(NotFound):
        publish(consent, masked, actor=su, at=NOW)


def test_line_ends_of_forms_are_no_difference(town: Town) -> None:
    """Consented in a browser (CR LF), reviewed in another; stored with plain line ends."""
    filed, case = accepted(town)
    windows = PublicCopy(COPY.title, COPY.text.replace("\n", "\r\n"))
    give_consent(case, windows, actor=resident(filed), at=NOW)
    assert publish(waiting(town), windows, actor=town.actor("su"), at=NOW).text == COPY.text
    other, _ = accepted(town, matter(town, public=windows))
    assert publish(waiting(town), COPY, actor=town.actor("su"), at=NOW).text == COPY.text
    assert other.created


def test_taking_it_back_takes_it_down_at_once_and_twice_does_no_harm(town: Town) -> None:
    filed, case, _ = shown(town)
    stale = Case.objects.get(pk=case.pk)
    write_note(case, "看过。", actor=town.actor("zhou"), at=NOW)
    for _ in range(2):
        take_back_consent(stale, actor=resident(filed), at=NOW)
        assert not PublicCase.objects.exists()
    assert not Consent.objects.filter(revoked_at=None).exists()
    assert History.objects.filter(code="case.publication_taken_back").count() == 1
    replayed(case)


def test_another_consent_replaces_the_first_and_what_it_showed(town: Town) -> None:
    filed, case, _ = shown(town)
    give_consent(case, PublicCopy("坑", "桥头有坑。"), actor=resident(filed), at=NOW)
    assert not PublicCase.objects.exists()
    assert Consent.objects.filter(revoked_at=None).count() == 1
    public = publish(waiting(town), PublicCopy("坑", "桥头有坑。"), actor=town.actor("su"), at=NOW)
    assert public.text == "桥头有坑。"
    replayed(case)


def test_withdrawing_takes_it_down_and_says_so(town: Town) -> None:
    filed, case, _ = shown(town)
    make_move(case_of(filed), "withdraw", actor=resident(filed), at=NOW)
    assert not PublicCase.objects.exists()
    assert not Consent.objects.filter(revoked_at=None).exists()
    assert not consents_to_review(town.actor("su"))
    codes = list(History.objects.filter(case=case).order_by("seq").values_list("code", flat=True))
    assert codes[-2:] == ["case.withdrawn", "case.publication_taken_back"]
    replayed(case)
    with pytest.raises(NotFound):
        give_consent(case_of(filed), COPY, actor=resident(filed), at=NOW)
    with pytest.raises(NotFound):
        give_consent(case, COPY, actor=resident(filed), at=NOW)  # as it was seen before


def test_withdrawing_what_was_never_public_says_nothing_of_it(town: Town) -> None:
    filed, case = accepted(town)
    make_move(case, "withdraw", actor=resident(filed), at=NOW)
    assert not History.objects.filter(code="case.publication_taken_back").exists()
    replayed(case)


def test_the_public_state_follows_the_case(town: Town) -> None:
    filed, _, public = shown(town)
    zhou, lin = town.actor("zhou"), resident(filed)

    assert public.changed_on is None

    def state() -> tuple[str, str]:
        public.refresh_from_db()
        return public.state, str(public.answered_on)

    send_answer(case_of(filed), "answer", ANSWER, actor=zhou, at=ANSWERED)
    assert state() == ("answered", "2026-03-04")
    give_verdict(
        case_of(filed), "reopen", Verdict(False, None, "又塌了"), actor=lin, at=local("2026-03-05 09:00")
    )
    assert state()[0] == "open"
    make_move(
        case_of(filed),
        "hand_over",
        actor=zhou,
        at=local("2026-03-05 10:00"),
        params={"office": town.offices["water"].id, "reason": "水管"},
    )
    public.refresh_from_db()
    assert public.office == town.offices["water"]
    make_move(case_of(filed), "accept", actor=town.actor("ma"), at=local("2026-03-05 11:00"))
    send_answer(case_of(filed), "answer", ANSWER, actor=town.actor("ma"), at=local("2026-03-07 09:00"))
    give_verdict(case_of(filed), "confirm", Verdict(True, True, ""), actor=lin, at=local("2026-03-08 09:00"))
    assert state() == ("closed", "2026-03-07")
    assert str(public.changed_on) == "2026-03-08"
    replayed(case_of(filed))


def test_a_refusal_gives_its_reason_and_ends_the_waiting(town: Town) -> None:
    _, case = agreed(town)
    consent = waiting(town)
    with pytest.raises(TextRefused):
        refuse_publication(consent, " ", actor=town.actor("su"), at=NOW)
    refuse_publication(consent, "写了邻居的名字。", actor=town.actor("su"), at=NOW)
    assert not consents_to_review(town.actor("su"))
    read = read_case(case, key_of(case.id), internal=False)
    assert (read.events[-1].code, read.events[-1].reason) == ("case.publication_refused", "写了邻居的名字。")
    assert OutboxRow.objects.filter(case=case.id, template="reviewed").count() == 1
    with pytest.raises(NotFound):
        publish(consent, COPY, actor=town.actor("su"), at=NOW)
    replayed(case)


def test_a_matter_about_an_office_is_never_public(town: Town) -> None:
    subject = town.offices["roads"].id
    filed, _ = lin_files(town, matter(town, "conduct", subject=subject, public=COPY))
    assert not Consent.objects.exists()
    with pytest.raises(NotFound):
        give_consent(case_of(filed), COPY, actor=resident(filed), at=NOW)


def test_others_cannot_agree_take_back_or_review(town: Town) -> None:
    _, case, _ = shown(town)
    neighbour, _ = lin_files(town, matter(town, "leak"))
    with pytest.raises(NotFound):
        give_consent(case, COPY, actor=resident(neighbour), at=NOW)
    with pytest.raises(NotFound):
        take_back_consent(case, actor=resident(neighbour), at=NOW)
    for name in ("zhou", "qin", "tang"):
        with pytest.raises(NotAllowed):
            consents_to_review(town.actor(name))
    assert PublicCase.objects.exists()


def test_a_case_that_moved_while_it_was_published_is_told(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its public state would be the one before: the reviewer presses again."""
    from gongshi.cases.actions import publication

    filed, _ = agreed(town)
    real = publication.read_point

    def moving(case: Case, key: bytes) -> object:
        add_to_case(case_of(filed), "还有一处。", actor=resident(filed), at=NOW)
        return real(case, key)

    monkeypatch.setattr(publication, "read_point", moving)
    consent = waiting(town)
    with pytest.raises(Changed):
        publish(consent, COPY, actor=town.actor("su"), at=NOW)
    monkeypatch.undo()
    assert not PublicCase.objects.exists()
    publish(consent, COPY, actor=town.actor("su"), at=NOW)


def test_reading_a_copy_leaves_a_look_or_shows_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed(town)
    consent = waiting(town)
    _, copy = open_copy(consent, town.actor("su"), at=NOW)
    assert copy == COPY
    assert (Look.objects.get().role, Look.objects.get().what) == ("reviewer", "copy")

    def failing(*_: object, **__: object) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(look_actions.Record, "store", failing)
    with pytest.raises(DatabaseError):
        open_copy(consent, town.actor("su"), at=NOW)
    assert Look.objects.count() == 1
