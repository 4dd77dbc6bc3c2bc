"""`gongshi recover`: shares that are shown once, any two of three, and an office's key for a named officer."""

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gongshi.accounts import keys
from gongshi.accounts.recovery import CannotHold, hand_over, make_shares
from gongshi.cases.actions.looks import open_content
from gongshi.cases.models import Case
from gongshi.cases.reading import KeyClosed, key_for
from gongshi.config.cli import main
from gongshi.places.snapshots import forget
from gongshi.safekeeping.key_queries import recovered_halves
from gongshi.safekeeping.models import KeyEvent, KeyPair, KeyWrap, Owner, Recipient, Wrap
from gongshi.safekeeping.pairs import RECOVERY_ID
from gongshi.safekeeping.recovery import SharesRefused, recovery_half, shares_of
from tests.cast import NOW, Town, build_town, case_of, lin_files, matter

pytestmark = pytest.mark.django_db


@pytest.fixture
def shares(db: None) -> list[str]:
    """The recovery key is there before anything else, as `gongshi init` leaves it."""
    return make_shares(needed=2, of=3, at=NOW).shares


@pytest.fixture
def town(shares: list[str]) -> Town:
    forget()
    return build_town()


@pytest.fixture
def complaint(town: Town) -> Case:
    return case_of(lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))[0])


def recover(directory: Path, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["recover", *words, "--dir", str(directory)], input=typed)


def shown(said: str) -> list[str]:
    """The shares as the terminal showed them."""
    parts = re.split(r"\n  \d+/\d+\n", said)[1:]
    return [" ".join(re.findall(r"\b[a-z]+\b", re.split(r"\n\n", part)[0])) for part in parts]


def lose_the_halls_key(town: Town) -> None:
    """Everybody in the hall lost their passphrase on the same day."""
    for name in ("qin", "tang"):
        half = keys.make_own(town.staff[name].pk, "a passphrase made anew", "passphrase", at=NOW)
        town.own[town.staff[name].pk] = half


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    from gongshi.safekeeping.passphrases import LOWEST

    monkeypatch.setattr("gongshi.safekeeping.passphrases.COST", LOWEST)


def test_any_two_of_three_make_the_key_and_one_does_not(town: Town, shares: list[str]) -> None:
    for given in (
        shares[:2],
        shares[1:],
        [shares[2], shares[0]],
        shares,
        [shares[0].upper(), f" {shares[1]}\n"],
    ):
        assert recovery_half(given).holder.kind == "recovery"
    other = shares_of(recovery_half(shares), needed=2, of=3)
    for given, code in (
        ([], "too_few"),
        (shares[:1], "too_few"),
        ([shares[0], shares[0]], "too_few"),
        ([shares[0], shares[1][:-4] + "zero"], "unreadable"),
        ([shares[0], "no words of ours"], "unreadable"),
        ([shares[0], other[1]], "unreadable"),
    ):
        with pytest.raises(SharesRefused) as refused:
            recovery_half(given)
        assert refused.value.code == code


def test_shares_of_another_instance_are_told(town: Town, shares: list[str]) -> None:
    KeyPair.objects.filter(owner=Owner.RECOVERY).delete()
    with pytest.raises(SharesRefused, match="other"):
        recovery_half(shares)


@pytest.mark.parametrize(("needed", "of"), [(1, 1), (1, 3), (4, 3), (2, 17), (0, 0)])
def test_numbers_of_shares_that_protect_nothing_make_no_key(needed: int, of: int) -> None:
    with pytest.raises(ValueError, match="shares"):
        make_shares(needed=needed, of=of, at=NOW)
    assert not KeyPair.objects.filter(owner=Owner.RECOVERY).exists()


def test_only_the_public_half_is_stored(town: Town, shares: list[str]) -> None:
    half = recovery_half(shares)
    stored = b"".join(bytes(row.sealed) for row in KeyWrap.objects.all())
    stored += b"".join(bytes(row.public) for row in KeyPair.objects.all())
    assert half.key not in stored
    assert half.key.hex() not in repr(half)


def test_when_nobody_holds_the_key_it_is_handed_to_a_named_officer(
    town: Town, shares: list[str], complaint: Case, instance_directory: Path
) -> None:
    lose_the_halls_key(town)
    with pytest.raises(KeyClosed, match="not_handed"):
        key_for(complaint.id, town.actor("qin"))
    answer = recover(
        instance_directory, "--office", "hall", "--to", "qin", typed=f"{shares[0]}\n{shares[2]}\n"
    )
    assert answer.exit_code == 0, answer.output
    assert "老桥" in open_content(complaint, town.actor("qin"), why="assignment", at=NOW).text
    event = KeyEvent.objects.get(code="recovered")
    assert (event.office_id, event.to_staff) == (town.offices["hall"].id, town.staff["qin"].pk)
    # Tang, who lost theirs too, is handed it by Qin as ever.
    with pytest.raises(KeyClosed):
        key_for(complaint.id, town.actor("tang"))
    keys.hand_key(town.actor("qin"), town.staff["tang"].pk, at=NOW)
    assert key_for(complaint.id, town.actor("tang"))


def test_the_stranger_gets_nothing(
    town: Town, shares: list[str], complaint: Case, instance_directory: Path
) -> None:
    half = recovery_half(shares)
    for name, office, code in (("ma", "hall", "no_role"), ("su", "hall", "no_role")):
        with pytest.raises(CannotHold, match=code):
            hand_over(half, town.offices[office].id, town.staff[name], at=NOW)
    both = "\n".join(shares[:2])
    for words, typed, said in (
        (["--office", "hall", "--to", "ma"], both, "holds no role"),
        (["--office", "hall", "--to", "nobody"], both, "nobody signs in as"),
        (["--office", "moon", "--to", "qin"], both, "no office moon"),
        (["--office", "hall", "--to", "qin"], "a b c\n", "mistyped"),
    ):
        answer = recover(instance_directory, *words, typed=typed)
        assert answer.exit_code == 1
        assert said in answer.output
    assert not KeyEvent.objects.filter(code="recovered").exists()
    for wrong in ([], ["--office", "hall"], ["--new-shares", "--office", "hall", "--to", "qin"]):
        assert recover(instance_directory, *wrong).exit_code == 2


def test_what_was_filed_before_the_office_had_a_key_is_given_to_it(
    town: Town, shares: list[str], instance_directory: Path, tmp_path: Path
) -> None:
    hall = town.offices["hall"].id
    pairs = KeyPair.objects.filter(owner=Owner.OFFICE, owner_id=hall)
    KeyWrap.objects.filter(pair__in=[row.id for row in pairs]).delete()
    pairs.delete()
    forget()
    filed, _ = lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    case = case_of(filed)
    assert not Wrap.objects.filter(subject=case.id, recipient=Recipient.OFFICE).exists()
    paper = tmp_path / "shares.txt"
    paper.write_text("\n".join(shares[1:]))
    answer = recover(instance_directory, "--office", "hall", "--to", "qin", "--shares", str(paper))
    assert answer.exit_code == 0, answer.output
    forget()
    assert "老桥" in open_content(case, town.actor("qin"), why="assignment", at=NOW).text
    assert Wrap.objects.filter(subject=filed.filing.id, recipient_id=hall).exists()


def test_new_shares_take_everything_over_and_the_old_ones_open_nothing(
    town: Town, shares: list[str], complaint: Case, instance_directory: Path
) -> None:
    old = recovery_half(shares)
    assert {half.holder.id for half in recovered_halves(old)} == {
        town.offices[code].id for code in ("hall", "roads", "water")
    }
    answer = recover(
        instance_directory, "--new-shares", "--needed", "3", "--of", "5", typed="\n".join(shares[:2]) + "\n"
    )
    assert answer.exit_code == 0, answer.output
    new = recovery_half(shown(answer.output)[1:4])
    assert len(shown(answer.output)) == 5
    assert new.holder.version == 2
    assert recovered_halves(old) == []
    assert len(recovered_halves(new)) == 3
    wraps = Wrap.objects.filter(recipient=Recipient.RECOVERY, recipient_id=RECOVERY_ID)
    assert {wrap.key_version for wrap in wraps} == {2}
    lose_the_halls_key(town)
    hand_over(new, town.offices["hall"].id, town.staff["qin"], at=NOW)
    assert key_for(complaint.id, town.actor("qin"))


def test_taking_over_goes_on_where_it_was_stopped(
    town: Town, shares: list[str], complaint: Case, instance_directory: Path, monkeypatch: Any
) -> None:
    """The old shares once more: no other new ones are made, and the rest is taken over."""

    def stopped(*_: Any, **__: Any) -> int:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gongshi.accounts.recovery.rewrap", stopped)
        assert recover(instance_directory, "--new-shares", typed="\n".join(shares[:2]) + "\n").exit_code != 0
    assert Wrap.objects.filter(recipient=Recipient.RECOVERY, key_version=1).exists()
    answer = recover(instance_directory, "--new-shares", typed="\n".join(shares[:2]) + "\n")
    assert answer.exit_code == 0, answer.output
    assert shown(answer.output) == []
    assert not Wrap.objects.filter(recipient=Recipient.RECOVERY, key_version=1).exists()
    assert KeyPair.objects.filter(owner=Owner.RECOVERY).count() == 2


def test_where_the_shares_are_lost_new_ones_hold_what_comes_and_what_is_opened(
    town: Town, complaint: Case, instance_directory: Path
) -> None:
    answer = recover(instance_directory, "--new-shares", "--lost")
    assert answer.exit_code == 0, answer.output
    forget()
    new = recovery_half(shown(answer.output)[:2])
    assert recovered_halves(new) == []
    keys.complete_recovery(town.actor("qin"), at=NOW)
    assert {half.holder.id for half in recovered_halves(new)} == {town.offices["hall"].id}
    filed, _ = lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    assert Wrap.objects.get(subject=case_of(filed).id, recipient=Recipient.RECOVERY).key_version == 2
