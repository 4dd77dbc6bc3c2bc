"""Sealed kinds: who can open a complaint about an office, from the filing to the last hand-over, and who never can."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from gongshi.accounts.actors import Resident, StaffActor, System
from gongshi.accounts.keys import public_keys, renew_office_key
from gongshi.accounts.queries import actor_for, offices
from gongshi.cases import engine, handing_on
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.conversation import add_to_case, write_note
from gongshi.cases.actions.looks import may_reach, open_contact, open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.actions.publication import give_consent, may_publish
from gongshi.cases.actions.recusals import NobodyLeft, recuse, undo_recusal
from gongshi.cases.actions.sealing import keep_ladders
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.key_holders import drop_others, ladder_of
from gongshi.cases.models import Case, Consent, Look, Recusal
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import Erased, KeyClosed, key_for
from gongshi.cases.recusing import Whom
from gongshi.cases.sight import kept_from
from gongshi.cases.visiting import Visitor, own_case, own_contact
from gongshi.notifications.models import OutboxRow
from gongshi.places.snapshots import forget
from gongshi.routing.models import Category
from gongshi.rules.procedure import RefusedError
from gongshi.safekeeping.actions import destroy_wraps, save_wraps
from gongshi.safekeeping.key_actions import drop_old_halves, make_recovery_pair, wrap_for_pair
from gongshi.safekeeping.key_queries import pairs_of
from gongshi.safekeeping.keyrings import open_wrap
from gongshi.safekeeping.keys import instance_keys
from gongshi.safekeeping.models import KeyPair, KeyWrap, Owner, Recipient, Wrap
from gongshi.safekeeping.sealing import SealError, unseal
from gongshi.safekeeping.wrapping import field_of
from tests.casework import add_office, add_staff
from tests.cast import NOW, Town, case_of, lin_files, matter, resident
from tests.clock import local

pytestmark = pytest.mark.django_db


def about(town: Town, office: str, *others: Any) -> tuple[Any, Case, str]:
    """Lin Yue complains about an office; other matters may come with it."""
    filed, receipt = lin_files(town, matter(town, "conduct", subject=town.offices[office].id), *others)
    return filed, case_of(filed, 1 + len(others)), receipt


def holders(subject: UUID) -> set[tuple[str, UUID | None]]:
    """For whom a subject's key is wrapped: offices by id, the instance, the recovery key; receipts left out."""
    wraps = Wrap.objects.filter(subject=subject).exclude(recipient=Recipient.RECEIPT)
    return set(wraps.values_list("recipient", "recipient_id"))


def of_offices(town: Town, *codes: str) -> set[tuple[str, UUID | None]]:
    return {("office", town.offices[code].id) for code in codes}


@pytest.fixture
def deep(town: Town) -> Town:
    """County over hall over Roads over a depot, with somebody in each who holds its key."""
    county = add_office(town, "county", "hall")
    hall = town.offices["hall"]
    county.above, hall.above = None, county
    county.save()
    hall.save()
    add_office(town, "depot", "roads")
    for office in ("depot", "roads", "hall", "county"):
        add_staff(town, f"{office}-all", **{office: ["handler", "lead", "supervisor"]})
    forget()
    return town


def test_it_is_wrapped_for_the_ladder_and_never_for_the_instance(deep: Town) -> None:
    filed, case, _ = about(deep, "roads")
    assert holders(case.id) == of_offices(deep, "hall", "county")
    assert holders(filed.filing.id) == of_offices(deep, "hall", "county")
    assert filed.filing.sealed
    _, ordinary = lin_files(deep)[0], lin_files(deep)[0]
    assert holders(case_of(ordinary).id) == {("instance", None)}


def test_the_key_file_opens_none_of_its_wraps(deep: Town) -> None:
    filed, case, _ = about(deep, "roads")
    key = instance_keys().subkey("wraps")
    wraps = list(Wrap.objects.filter(subject__in=[case.id, filed.filing.id]))
    assert len(wraps) == 6
    for wrap in wraps:
        for recipient, holder in (("instance", None), (wrap.recipient, wrap.recipient_id)):
            with pytest.raises(SealError):
                unseal(key, wrap.sealed, row=wrap.subject, field=field_of(recipient, holder))


def test_those_on_the_ladder_read_it_and_those_it_is_about_do_not(deep: Town) -> None:
    filed, case, receipt = about(deep, "roads")
    for name in ("hall-all", "county-all"):
        why = "assignment" if name == "hall-all" else "supervision"
        assert "老桥" in open_content(case, deep.actor(name), why=why, at=NOW).text
    assert "老桥" in own_case(Visitor(filed.filing, filed.receipt_id, receipt), 1).file.text
    for name in ("roads-all", "depot-all", "ma"):
        with pytest.raises(NotFound):
            open_content(case, deep.actor(name), why="supervision", at=NOW)
        # Even past every question of who may see what, their keys open nothing.
        with pytest.raises(KeyClosed) as closed:
            key_for(case.id, deep.actor(name))
        assert closed.value.code == "not_wrapped"


def test_whose_key_is_not_open_reads_nothing_and_leaves_no_look(deep: Town) -> None:
    _, case, _ = about(deep, "roads")
    with pytest.raises(KeyClosed) as closed:
        open_content(case, deep.actor("hall-all", keys=False), why="assignment", at=NOW)
    assert closed.value.code == "locked"
    assert not Look.objects.exists()
    with pytest.raises(KeyClosed):
        write_note(case, "看过。", actor=deep.actor("hall-all", keys=False), at=NOW)
    with pytest.raises(KeyClosed):
        make_move(case, "accept", actor=deep.actor("hall-all", keys=False), at=NOW)
    assert Case.objects.get(pk=case.pk).seq == case.seq


def test_the_key_of_one_office_does_not_open_for_another_that_one_acts_for(deep: Town) -> None:
    """Somebody in two offices opens with the key of the office they act for."""
    add_staff(deep, "two", county=["handler"], water=["handler"])
    _, case, _ = about(deep, "roads")
    two = deep.staff["two"]
    county = deep.acting(actor_for(two, deep.offices["county"].id))  # type: ignore[arg-type]
    water = deep.acting(actor_for(two, deep.offices["water"].id))  # type: ignore[arg-type]
    assert key_for(case.id, county)
    with pytest.raises(KeyClosed, match="not_wrapped"):
        key_for(case.id, water)


def test_nothing_about_it_is_sent(deep: Town) -> None:
    filed, case, _ = about(deep, "roads", matter(deep))
    case = make_move(case, "accept", actor=deep.actor("hall-all"), at=NOW)
    make_move(case_of(filed, 1), "accept", actor=deep.actor("roads-all"), at=NOW)
    assert filed.filing.notify == ""
    assert not OutboxRow.objects.exists()


def test_the_contact_of_a_mixed_filing_is_for_the_sealed_matters_offices_alone(deep: Town) -> None:
    """The pothole goes to Roads, whom the other matter is about: to them it is as if no contact had been left."""
    filed, case, receipt = about(deep, "roads", matter(deep))
    pothole = case_of(filed, 1)
    assert (pothole.office.code, holders(pothole.id)) == ("roads", {("instance", None)})
    assert (may_reach(case), may_reach(pothole)) == (True, False)
    with pytest.raises(NotFound):
        open_contact(pothole, deep.actor("roads-all"), why="contact", at=NOW)
    assert open_contact(case, deep.actor("hall-all"), why="contact", at=NOW)["email"] == "lin@example.org"
    assert own_contact(Visitor(filed.filing, filed.receipt_id, receipt))["email"] == "lin@example.org"


def test_an_ordinary_filing_keeps_its_contact_for_the_office(town: Town) -> None:
    filed, _ = lin_files(town)
    assert not filed.filing.sealed
    assert may_reach(case_of(filed))
    assert open_contact(case_of(filed), town.actor("zhou"), why="contact", at=NOW)


@pytest.mark.parametrize("kind", ["conduct", "grievance", "dispute"])
def test_each_sealed_kind_is_sealed_and_never_public(town: Town, kind: str) -> None:
    Category.objects.filter(code="pothole").update(kind=kind, public=True)
    forget()
    filed, _ = lin_files(town, matter(town, public=PublicCopy("坑", "坑")))
    case = case_of(filed)
    assert holders(case.id) == of_offices(town, "roads", "hall")
    assert not may_publish(case)
    with pytest.raises(NotFound):
        give_consent(case, PublicCopy("坑", "坑"), actor=resident(filed), at=NOW)
    assert not Consent.objects.exists()


def test_what_time_does_needs_no_key(deep: Town) -> None:
    _, case, _ = about(deep, "depot")
    assert run_clocks(local("2026-03-12 00:05")) == 1
    case.refresh_from_db()
    assert case.supervision is not None
    assert holders(case.id) == of_offices(deep, "roads", "hall", "county")


def test_a_resident_needs_the_receipt(deep: Town) -> None:
    filed, case, receipt = about(deep, "roads")
    with pytest.raises(KeyClosed):
        add_to_case(case, "还有一件。", actor=Resident(filed.filing.id, filed.receipt_id), at=NOW)
    add_to_case(case, "还有一件。", actor=resident(filed), at=NOW)
    read = own_case(Visitor(filed.filing, filed.receipt_id, receipt), 1).file
    assert [message.text for message in read.messages] == ["还有一件。"]
    with pytest.raises(KeyClosed):
        key_for(case.id, System())


def test_the_recovery_key_is_on_every_ladder(deep: Town) -> None:
    half = make_recovery_pair(at=NOW)
    forget()
    filed, case, _ = about(deep, "roads")
    assert ("recovery", UUID(int=0)) in holders(case.id) & holders(filed.filing.id)
    wrap = Wrap.objects.get(subject=case.id, recipient=Recipient.RECOVERY)
    assert open_wrap(wrap, half) == key_for(case.id, deep.actor("hall-all"))


def test_an_office_that_gets_its_first_key_later_is_completed_when_somebody_opens_it(deep: Town) -> None:
    pairs = KeyPair.objects.filter(owner=Owner.OFFICE, owner_id=deep.offices["county"].id)
    KeyWrap.objects.filter(pair__in=[row.id for row in pairs]).delete()
    pairs.delete()
    forget()
    filed, case, _ = about(deep, "roads")
    assert holders(case.id) == of_offices(deep, "hall")
    deep.equip("county-all")
    forget()
    with pytest.raises(KeyClosed, match="not_wrapped"):
        open_content(case, deep.actor("county-all"), why="supervision", at=NOW)
    open_content(case, deep.actor("hall-all"), why="assignment", at=NOW)
    assert holders(case.id) == of_offices(deep, "hall", "county")
    assert "老桥" in open_content(case, deep.actor("county-all"), why="supervision", at=NOW).text
    open_contact(case, deep.actor("hall-all"), why="contact", at=NOW)
    assert holders(filed.filing.id) == of_offices(deep, "hall", "county")


def test_an_erased_one_is_erased_for_everybody(deep: Town) -> None:
    filed, case, _ = about(deep, "roads")
    destroy_wraps([case.id, filed.filing.id], at=NOW)
    with pytest.raises(Erased):
        open_content(case, deep.actor("hall-all"), why="assignment", at=NOW)


# Handing on. The pack's own procedure about offices has no such moves; a sealed request shows them.


@pytest.fixture
def dispute(deep: Town) -> Town:
    """Potholes are disputes here: sealed, and handed on by the moves of a service request."""
    Category.objects.filter(code="pothole").update(kind="dispute", public=False)
    forget()
    return deep


def hand_over(case: Case, actor: StaffActor, to: UUID) -> Case:
    params = {"office": to, "reason": "该由他们办"}
    return make_move(case, "hand_over", actor=actor, at=NOW, params=params)


def test_handed_over_it_opens_for_who_has_it_now_and_no_more_for_who_had_it(
    dispute: Town, django_capture_on_commit_callbacks: Any
) -> None:
    filed, _ = lin_files(dispute)
    case = case_of(filed)
    assert holders(case.id) == of_offices(dispute, "roads", "hall", "county")
    with django_capture_on_commit_callbacks(execute=True):
        case = hand_over(case, dispute.actor("roads-all"), dispute.offices["water"].id)
    for subject in (case.id, filed.filing.id):
        assert holders(subject) == of_offices(dispute, "water", "hall", "county")
    read = open_content(case, dispute.actor("ma"), why="assignment", at=NOW)
    assert [event.reason for event in read.events if event.code == "case.handed_over"] == ["该由他们办"]
    assert open_contact(case, dispute.actor("ma"), why="contact", at=NOW)["email"] == "lin@example.org"
    with pytest.raises(KeyClosed, match="not_wrapped"):
        key_for(case.id, dispute.actor("roads-all"))


def test_a_hand_over_that_fails_wraps_it_for_nobody_else(dispute: Town, monkeypatch: Any) -> None:
    filed, _ = lin_files(dispute)
    case, before = case_of(filed), holders(case_of(filed).id)
    real, added = handing_on.hand_on, []

    def breaks(*args: Any, **named: Any) -> Iterator[Wrap]:
        for wrap in real(*args, **named):
            added.append(wrap)
            yield wrap
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(handing_on, "hand_on", breaks)
    with pytest.raises(DatabaseError):
        hand_over(case, dispute.actor("roads-all"), dispute.offices["water"].id)
    assert Case.objects.get(pk=case.pk).office.code == "roads"
    assert len(added) == 2
    assert holders(case.id) == before


def test_an_office_asked_to_help_can_open_it(dispute: Town) -> None:
    case = make_move(case_of(lin_files(dispute)[0]), "accept", actor=dispute.actor("roads-all"), at=NOW)
    params = {"office": dispute.offices["water"].id, "reason": "管子是他们的"}
    make_move(case, "invite_office", actor=dispute.actor("roads-all"), at=NOW, params=params)
    assert holders(case.id) == of_offices(dispute, "roads", "hall", "county", "water")
    assert "老桥" in open_content(case, dispute.actor("ma"), why="joint", at=NOW).text


def test_a_resident_who_escalates_takes_the_key_along(dispute: Town) -> None:
    """The hall had no key when it was filed; the receipt makes its wrap."""
    hall = dispute.offices["hall"].id
    filed, _ = lin_files(dispute)
    Wrap.objects.filter(recipient=Recipient.OFFICE, recipient_id=hall).delete()
    case = case_of(filed)
    late = local("2026-03-20 09:00")
    run_clocks(late)
    case.refresh_from_db()
    found = engine.moves_for(case, resident(filed), late)
    escalate = next(move for move in found if move.effect == "escalate")
    case = make_move(case, escalate.code, actor=resident(filed), at=late, params={"reason": "一直没人管"})
    assert ("office", hall) in holders(case.id) & holders(filed.filing.id)


def test_a_wrap_moved_to_another_case_or_office_does_not_open(deep: Town) -> None:
    _, first, _ = about(deep, "roads")
    _, second, _ = about(deep, "water")
    wrap = Wrap.objects.get(subject=first.id, recipient_id=deep.offices["hall"].id)
    half = deep.actor("hall-all").keys.office(deep.offices["hall"].id)[1]  # type: ignore[union-attr]
    assert open_wrap(wrap, half)
    for name, value in (
        ("subject", second.id),
        ("recipient_id", deep.offices["roads"].id),
        ("recipient", "recovery"),
    ):
        moved = Wrap.objects.get(pk=wrap.pk)
        setattr(moved, name, value)
        with pytest.raises(SealError):
            open_wrap(moved, half)
    with pytest.raises(SealError):
        open_wrap(wrap, replace(half, key=bytes(32)))


def test_the_ladder_holds_no_office_that_may_not_see_it(deep: Town) -> None:
    """The wraps and the sight of cases agree: whoever works in an office with a wrap may see the case."""
    for subject in ("roads", "depot", "water", "hall"):
        _, case, _ = about(deep, subject)
        for office in ladder_of(case):
            assert office in offices()[deep.offices[subject].id].supervisors
        barred = {
            deep.offices[subject].id,
            *(o.id for o in offices().values() if deep.offices[subject].id in o.supervisors),
        }
        assert not barred & {holder for _, holder in holders(case.id)}


def test_a_recused_office_loses_its_wrap_and_gets_it_back_when_that_is_undone(
    dispute: Town, django_capture_on_commit_callbacks: Any
) -> None:
    filed, _ = lin_files(dispute)
    case = case_of(filed)
    roads = Whom.all_of(dispute.offices["roads"].id)
    with django_capture_on_commit_callbacks(execute=True):
        recuse(case, roads, "所长是对方的亲戚。", actor=resident(filed), at=NOW)
    for subject in (case.id, filed.filing.id):
        assert holders(subject) == of_offices(dispute, "hall", "county")
    with pytest.raises(KeyClosed, match="not_wrapped"):
        key_for(case.id, dispute.actor("roads-all"))
    row = Recusal.objects.get(case=case)
    with django_capture_on_commit_callbacks(execute=True):
        undo_recusal(row.pk, "查过了，不是亲戚。", actor=dispute.actor("county-all"), at=NOW)
    # The case has gone up to the hall meanwhile: Roads is on no ladder of it.
    assert holders(case.id) == of_offices(dispute, "hall", "county")


def test_an_office_recused_among_several_is_wrapped_for_again(
    dispute: Town, django_capture_on_commit_callbacks: Any
) -> None:
    filed, _ = lin_files(dispute)
    case = case_of(filed)
    hall = Whom.all_of(dispute.offices["hall"].id)
    with django_capture_on_commit_callbacks(execute=True):
        recuse(case, hall, "镇长是对方的亲戚。", actor=resident(filed), at=NOW)
    assert holders(case.id) == of_offices(dispute, "roads", "county")
    case = hand_over(case_of(filed), dispute.actor("roads-all"), dispute.offices["water"].id)
    assert ("office", hall.id) not in holders(case.id)
    row = Recusal.objects.get(case=case)
    undo_recusal(row.pk, "查过了，不是亲戚。", actor=dispute.actor("county-all"), at=NOW)
    assert ("office", hall.id) in holders(case.id) & holders(filed.filing.id)


# Kept so by a job


def test_a_case_from_before_its_kind_was_sealed_is_sealed_by_the_job(town: Town) -> None:
    filed, receipt = lin_files(town)
    case = case_of(filed)
    Category.objects.filter(code="pothole").update(kind="dispute", public=False)
    Case.objects.filter(pk=case.pk).update(kind="dispute")
    other, _ = lin_files(town, matter(town, "leak"))
    assert keep_ladders(NOW) == 1
    assert keep_ladders(NOW) == 0
    for subject in (case.id, filed.filing.id):
        assert holders(subject) == of_offices(town, "roads", "hall")
    filing = case_of(filed).filing
    assert (filing.sealed, filing.notify) == (True, "")
    assert "老桥" in open_content(case_of(filed), town.actor("zhou"), why="assignment", at=NOW).text
    assert own_contact(Visitor(filing, filed.receipt_id, receipt))
    assert holders(case_of(other).id) == {("instance", None)}


def test_without_any_key_to_seal_it_for_it_stays_as_it_is(town: Town) -> None:
    filed, _ = lin_files(town)
    Case.objects.filter(filing=filed.filing).update(kind="dispute")
    KeyPair.objects.filter(owner=Owner.OFFICE).delete()
    forget()
    assert keep_ladders(NOW) == 0
    assert holders(case_of(filed).id) == {("instance", None)}


def test_wraps_that_a_crash_left_with_others_are_taken_away(deep: Town) -> None:
    filed, case, _ = about(deep, "roads")
    key = key_for(case.id, deep.actor("hall-all"))
    stray = public_keys().offices[deep.offices["roads"].id]
    save_wraps([wrap_for_pair(subject, key, stray, at=NOW) for subject in (case.id, filed.filing.id)])
    assert keep_ladders(NOW) == 1
    assert holders(case.id) == holders(filed.filing.id) == of_offices(deep, "hall", "county")


def test_a_case_sealed_to_an_older_key_is_sealed_anew_by_whoever_opens_it(deep: Town) -> None:
    """Filed by a worker that had not heard of a new key yet, whose old halves are gone."""
    filed, case, _ = about(deep, "roads")
    hall, subjects = deep.offices["hall"].id, (case.id, filed.filing.id)
    renew_office_key(deep.actor("hall-all"), at=NOW)
    present = public_keys().offices[hall]
    assert drop_old_halves(hall, present.holder.version) == 0  # something still needs them
    KeyWrap.objects.exclude(pair=present.pair).filter(
        pair__in=[row.id for row in pairs_of("office", hall)]
    ).delete()
    with pytest.raises(KeyClosed, match="not_handed"):
        key_for(case.id, deep.actor("hall-all"))
    open_content(case, deep.actor("county-all"), why="assignment", at=NOW)
    assert key_for(case.id, deep.actor("hall-all")) == key_for(case.id, deep.actor("county-all"))
    open_contact(case, deep.actor("county-all"), why="assignment", at=NOW)
    versions = Wrap.objects.filter(subject__in=subjects, recipient_id=hall).values_list(
        "key_version", flat=True
    )
    assert list(versions) == [2, 2]


def test_a_worker_that_has_not_heard_of_a_new_key_takes_none_away(
    deep: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, case, _ = about(deep, "roads")
    hall, known = deep.offices["hall"].id, public_keys()
    renew_office_key(deep.actor("hall-all"), at=NOW)
    open_content(case, deep.actor("hall-all"), why="assignment", at=NOW)
    monkeypatch.setattr("gongshi.cases.key_holders.public_keys", lambda: known)
    open_content(case, deep.actor("hall-all"), why="assignment", at=NOW)
    assert Wrap.objects.get(subject=case.id, recipient_id=hall).key_version == 2


# Whatever way a case goes


@given(st.data())
@examples(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_nobody_off_the_ladder_ever_has_a_wrap(dispute: Town, data: st.DataObject) -> None:
    """Random hand-overs, helpers and recusals: after each, the wraps are those of the ladder, the filing's too."""
    filed, _ = lin_files(dispute)
    case = case_of(filed)
    names = {
        "roads": "roads-all",
        "hall": "hall-all",
        "county": "county-all",
        "water": "ma",
        "depot": "depot-all",
    }
    code_of = {office.id: code for code, office in dispute.offices.items()}
    for _step in range(data.draw(st.integers(1, 5))):
        actor = dispute.actor(names[code_of[case.office_id]])
        to = data.draw(st.sampled_from(sorted(names)))
        what = data.draw(st.sampled_from(["accept", "hand_over", "invite_office", "recuse"]))
        params = {"office": dispute.offices[to].id, "reason": "试一试"}
        with suppress(RefusedError, NotFound, NobodyLeft, KeyClosed), transaction.atomic():
            if what == "recuse":
                recuse(case, Whom.all_of(dispute.offices[to].id), "亲戚", actor=resident(filed), at=NOW)
            else:
                make_move(case, what, actor=actor, at=NOW, params=params if what != "accept" else {})
        case = case_of(filed)
        # What waits for the commit, which this test's transaction never sees.
        drop_others(case)
        wanted = {("office", office) for office in ladder_of(case)}
        assert holders(case.id) == wanted
        assert holders(filed.filing.id) == wanted
        assert not {office for _, office in wanted} & kept_from(case).offices
