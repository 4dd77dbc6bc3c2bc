"""A backup of the wraps store brings back no key that was taken away since, and locks nobody out."""

from datetime import timedelta
from pathlib import Path

import pytest

from gongshi.accounts import keys
from gongshi.cases import jobs
from gongshi.cases.actions.glass import approve, ask, end, find_asked
from gongshi.cases.models import BreakGlass, Case
from gongshi.cases.reading import key_for
from gongshi.config.backups import rows, wraps
from gongshi.safekeeping.apart_store import STORE
from gongshi.safekeeping.key_queries import holders_of, public_of_pair
from gongshi.safekeeping.models import KeyPair, KeyWrap, LockedKey, Owner, Wrap
from gongshi.safekeeping.passphrases import LOWEST
from tests.casework import add_office, add_staff
from tests.cast import NOW, Town, build_town, case_of, lin_files, matter

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)
NEW = "an umbrella for every frog"


@pytest.fixture
def town() -> Town:
    return build_town()


def backed_up(folder: Path) -> Path:
    """The store's rows as a backup of it unpacks them."""
    for model in rows.tables(STORE):
        lines = [rows.encoded(row) + "\n" for row in rows.read(model, STORE)]
        (folder / f"{model._meta.db_table}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def complaint(town: Town) -> Case:
    return case_of(lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))[0])


def sealed_for(pair: KeyPair) -> list[int]:
    found = (KeyWrap.objects.filter(for_pair=pair.pk), LockedKey.objects.filter(pair=pair.pk))
    return [rows.count() for rows in found]


def lost_hers(town: Town) -> KeyPair:
    """Qin makes a new key, since somebody knows the passphrase of the old one; the old pair."""
    qin = town.staff["qin"].pk
    old = KeyPair.objects.get(owner=Owner.STAFF, owner_id=qin)
    assert sealed_for(old) == [1, 1]
    town.own[qin] = keys.make_own(qin, NEW, "passphrase", at=NOW, cost=LOWEST)
    return old


def test_a_replaced_key_of_an_officer_stays_away_and_a_colleague_can_hand_her_the_offices(
    town: Town, tmp_path: Path
) -> None:
    folder, case = backed_up(tmp_path), complaint(town)
    old = lost_hers(town)
    wraps.merge(folder)
    assert sealed_for(old) == [0, 0]
    qin, tang = town.staff["qin"], town.actor("tang")
    assert qin in keys.colleagues_without(tang)
    keys.hand_key(tang, qin.pk, at=NOW)
    assert key_for(case.id, town.actor("qin"))


def test_what_the_backup_alone_knows_to_be_replaced_is_replaced(town: Town, tmp_path: Path) -> None:
    """The store is an older copy than its backup."""
    older = {model: list(model._default_manager.all()) for model in (KeyPair, KeyWrap, LockedKey)}
    old = lost_hers(town)
    folder = backed_up(tmp_path)
    for model, found in older.items():
        model._default_manager.all().delete()
        model._default_manager.bulk_create(found)
    assert sealed_for(old) == [1, 1]
    wraps.merge(folder)
    assert sealed_for(old) == [0, 0]
    assert keys.public_of(old.owner_id) is not None
    assert KeyPair.objects.get(pk=old.pk).retired_at == NOW


def test_what_is_sealed_for_a_replaced_key_makes_nobody_a_holder(town: Town) -> None:
    hall, old = town.offices["hall"].id, lost_hers(town)
    office = KeyPair.objects.get(owner=Owner.OFFICE, owner_id=hall)
    assert town.staff["qin"].pk not in holders_of([hall])[hall]
    KeyWrap.objects.create(pair=office.pk, for_pair=old.pk, sealed=b"x", made_at=NOW)
    assert holders_of([hall]) == {hall: {town.staff["tang"].pk}}


def test_an_old_key_of_an_office_that_no_case_needs_stays_away(town: Town, tmp_path: Path) -> None:
    complaint(town)
    folder, tang, hall = backed_up(tmp_path), town.actor("tang"), town.offices["hall"].id
    first = public_of_pair(KeyPair.objects.get(owner=Owner.OFFICE, owner_id=hall))
    keys.renew_office_key(tang, at=NOW)
    assert not keys.rewrap_some(tang, most=100, at=LATER)
    wraps.merge(folder)
    assert not KeyWrap.objects.filter(pair=first.pair).exists()


def test_what_an_older_version_still_seals_can_still_be_opened(town: Town, tmp_path: Path) -> None:
    case, tang = complaint(town), town.actor("tang")
    folder = backed_up(tmp_path)
    keys.renew_office_key(tang, at=NOW)
    wraps.merge(folder)
    assert key_for(case.id, town.actor("tang"))


def broken(town: Town) -> BreakGlass:
    add_office(town, "parks", "hall")
    add_staff(town, "pan", parks=["supervisor"])
    ask(complaint(town).filing.reference, 1, "合起来看。", actor=town.actor("pan"), at=NOW)
    assert find_asked(NOW) == 1
    row = BreakGlass.objects.get()
    approve(row.id, actor=town.actor("qin"), at=NOW)
    return row


def glass_wraps() -> int:
    return Wrap.objects.filter(recipient="glass").count()


def test_the_key_of_broken_glass_stays_away_once_it_is_over(
    town: Town, tmp_path: Path, django_capture_on_commit_callbacks
) -> None:
    row = broken(town)
    folder = backed_up(tmp_path)
    assert jobs.take_away_again(LATER) == 0  # still open as far as this database knows
    assert glass_wraps() == 1
    with django_capture_on_commit_callbacks(execute=True):
        end(row.id, actor=town.actor("pan"), at=NOW)
    wraps.merge(folder)
    assert glass_wraps() == 1
    assert jobs.take_away_again(LATER) == 1
    assert glass_wraps() == 0


def test_the_job_takes_it_away_where_a_restore_was_killed(town: Town) -> None:
    row = broken(town)
    BreakGlass.objects.filter(pk=row.pk).update(ended_at=NOW)
    # A key is there before its approval is.
    assert jobs.keep_glass_closed(NOW + timedelta(minutes=30)) == 0
    assert jobs.keep_glass_closed(LATER) == 1
    assert glass_wraps() == 0


def test_whoever_lost_their_role_loses_what_came_back(town: Town, tmp_path: Path) -> None:
    folder, qin = backed_up(tmp_path), town.staff["qin"]
    qin.appointments.all().delete()
    assert keys.take_from_leavers(at=NOW) == 1
    wraps.merge(folder)
    jobs.take_away_again(LATER)
    assert sealed_for(KeyPair.objects.get(owner=Owner.STAFF, owner_id=qin.pk))[0] == 0
