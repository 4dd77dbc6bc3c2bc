"""The page of keys and the session's key: opened by a password, kept in two halves, handed over, lost and made anew."""

import logging
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from gongshi.accounts import keys
from gongshi.accounts.models import Appointment, StaffSession
from gongshi.accounts.queries import staff_in
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.recusals import recuse_self
from gongshi.cases.auditing import audit
from gongshi.cases.models import Case, Look
from gongshi.cases.reading import KeyClosed
from gongshi.places.snapshots import forget
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.keyrings import Keyring
from gongshi.safekeeping.models import KeyEvent, KeyPair, KeyWrap, Leaf, Owner, Recipient, Wrap
from gongshi.safekeeping.open_keys import put_away, taken_out
from gongshi.safekeeping.passphrases import COST, LOWEST, WrongPassphrase, lock, unlock
from gongshi.web.desk import opened_keys
from gongshi.web.desk.opened_keys import KEPT
from tests.casework import add_staff
from tests.cast import PASSWORD, Town, case_of, lin_files, matter
from tests.clock import Clock
from tests.factors import prove, second_step, take_factors
from tests.web.desk.helpers import SignIn, address, text, without_key

pytestmark = pytest.mark.django_db
NEW = "an umbrella for every frog"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The least that Argon2id takes, for keys that tests make."""
    monkeypatch.setattr("gongshi.safekeeping.passphrases.COST", LOWEST)


@pytest.fixture
def complaint(town: Town, clock: Clock) -> Case:
    """About Roads: with the hall, where Qin and Tang hold the key."""
    filed, _ = lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id), at=clock())
    return case_of(filed)


def signs_in(name: str, password: str = PASSWORD) -> Client:
    """A client that signed in at the page, as people do."""
    client = Client()
    answer = client.post("/desk/login/", {"login": name, "password": password})
    assert answer.status_code == 302, text(answer)
    second_step(client, name)
    return client


def reads(client: Client, case: Case) -> bool:
    answer = client.get(address(case))
    assert answer.status_code in (200, 403), answer.status_code
    return "老桥" in text(answer)


def holds(town: Town, name: str, office: str) -> bool:
    found = keys.office_key(town.offices[office].id)
    return found is not None and town.staff[name].pk in found.holders


# Signing in and out


def test_signing_in_with_a_password_opens_sealed_cases(complaint: Case) -> None:
    assert reads(signs_in("qin"), complaint)


def test_the_cookie_is_for_this_browser_and_our_pages_alone(town: Town) -> None:
    client = signs_in("qin")
    cookie = client.cookies["desk_key"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")


def test_over_https_the_cookie_is_bound_to_this_host(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    assert opened_keys.cookie_name() == "__Host-desk_key"


def test_neither_the_session_nor_the_cookie_alone_opens_anything(town: Town, complaint: Case) -> None:
    client = signs_in("qin")
    session, cookie = client.cookies["sessionid"].value, client.cookies["desk_key"].value
    kept = client.session[KEPT]
    for thief in (Client(), Client()):
        thief.cookies["sessionid"] = session
        assert not reads(thief, complaint)
        thief.cookies["desk_key"] = "A" * 44
        assert not reads(thief, complaint)
    other = signs_in("tang")
    other.cookies["desk_key"] = cookie
    assert not reads(other, complaint)
    qin = town.staff["qin"].pk
    assert taken_out(kept, cookie, staff=qin) is not None
    assert taken_out(kept, None, staff=qin) is None
    assert taken_out(kept, cookie, staff=town.staff["tang"].pk) is None
    assert taken_out({**kept, "pair": str(new_id())}, cookie, staff=qin) is None
    assert taken_out({**kept, "sealed": kept["sealed"][:-8]}, cookie, staff=qin) is None


def test_the_private_half_lies_in_no_session(town: Town) -> None:
    client = signs_in("qin")
    half = town.own[town.staff["qin"].pk]
    again = taken_out(client.session[KEPT], client.cookies["desk_key"].value, staff=town.staff["qin"].pk)
    assert again == half
    stored = [row.session_data.encode() for row in StaffSession.objects.all()]
    assert stored
    assert not any(half.key in row or half.key.hex().encode() in row for row in stored)
    assert half.key.hex() not in repr(half) + repr(town.actor("qin"))


def test_after_signing_out_the_old_cookies_open_nothing(complaint: Case) -> None:
    client = signs_in("qin")
    session, cookie = client.cookies["sessionid"].value, client.cookies["desk_key"].value
    answer = client.post("/desk/logout/")
    assert answer.cookies["desk_key"]["max-age"] == 0
    thief = Client()
    thief.cookies["sessionid"], thief.cookies["desk_key"] = session, cookie
    assert thief.get(address(complaint)).status_code == 302
    signed_in = signs_in("tang")
    signed_in.cookies["desk_key"] = cookie
    assert not reads(signed_in, complaint)


def test_pages_for_residents_leave_the_cookie_alone(town: Town) -> None:
    client = signs_in("qin")
    assert "desk_key" not in client.get("/").cookies


def test_a_reviewer_needs_no_key(town: Town) -> None:
    client = signs_in("su")
    assert "desk_key" not in client.cookies
    assert client.get("/desk/keys/").status_code == 404
    assert not KeyPair.objects.filter(owner_id=town.staff["su"].pk).exists()


def test_whoever_signs_in_first_makes_the_offices_key(town: Town, clock: Clock) -> None:
    for name in ("zhou", "he"):
        without_key(town, name)
    pairs = KeyPair.objects.filter(owner=Owner.OFFICE, owner_id=town.offices["roads"].id)
    KeyWrap.objects.filter(pair__in=[row.id for row in pairs]).delete()
    pairs.delete()
    forget()
    signs_in("zhou")
    assert holds(town, "zhou", "roads")
    signs_in("he")
    assert not holds(town, "he", "roads")
    codes = KeyEvent.objects.filter(office_id=town.offices["roads"].id).values_list("code", flat=True)
    assert sorted(codes) == ["office_made", "own_made", "own_made"]
    assert Leaf.objects.count() == KeyEvent.objects.count()


# Where the key is not open


def test_without_a_key_the_refusal_says_what_to_do_and_loses_nothing(
    sign_in: SignIn, complaint: Case
) -> None:
    client = sign_in("qin", keys=False)
    shown = client.get(address(complaint))
    assert shown.status_code == 403
    assert "您的钥匙没有打开" in text(shown)
    for path, data in (
        (("note",), {"text": "先打电话问问那边。"}),
        (("moves", "accept"), {"seen": complaint.seq, "note": "先打电话问问那边。"}),
        (("contact",), {"note": "先打电话问问那边。"}),
    ):
        answer = client.post(address(complaint, *path), data)
        assert answer.status_code == 403, path
        assert "先打电话问问那边。" in text(answer), path
    assert not Look.objects.exists()
    assert Case.objects.get(pk=complaint.pk).seq == complaint.seq


def test_the_passphrase_opens_it_and_leads_back(sign_in: SignIn, complaint: Case) -> None:
    client = sign_in("qin", keys=False)
    assert f'name="next" value="{address(complaint)}"' in client.get(address(complaint)).content.decode()
    wrong = client.post("/desk/keys/open/", {"passphrase": "not this one", "next": address(complaint)})
    assert wrong.status_code == 422
    assert "口令不对" in text(wrong)
    right = client.post("/desk/keys/open/", {"passphrase": PASSWORD, "next": address(complaint)})
    assert right.headers["Location"] == address(complaint)
    assert reads(client, complaint)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "desk/", "javascript:1"])
def test_row_28_it_leads_to_no_other_site(sign_in: SignIn, elsewhere: str) -> None:
    client = sign_in("qin", keys=False)
    answer = client.post("/desk/keys/open/", {"passphrase": PASSWORD, "next": elsewhere})
    assert answer.headers["Location"] == "/desk/keys/"


def test_those_it_is_about_meet_no_page_of_keys(sign_in: SignIn, complaint: Case) -> None:
    """The refusal for a closed key would tell that there is a case."""
    for name, open_key in (("zhou", True), ("zhou", False), ("ma", False)):
        assert sign_in(name, keys=open_key).get(address(complaint)).status_code == 404


# Joining, leaving, losing


def test_joining_a_colleague_hands_the_key_over(town: Town, sign_in: SignIn, complaint: Case) -> None:
    add_staff(town, "newcomer", hall=["handler"])
    KeyWrap.objects.filter(for_pair=town.own[town.staff["newcomer"].pk].pair).delete()
    newcomer = sign_in("newcomer")
    refused = newcomer.get(address(complaint))
    assert "单位的钥匙还没有交给您" in text(refused)
    assert "Qin" in refused.content.decode() or "qin" in refused.content.decode()
    qin = sign_in("qin")
    assert "newcomer" in text(qin.get("/desk/keys/"))
    qin.post(f"/desk/keys/hand/{town.staff['newcomer'].pk}/")
    assert reads(newcomer, complaint)
    event = KeyEvent.objects.filter(code="handed").latest("at", "id")
    assert (event.by_staff, event.to_staff) == (town.staff["qin"].pk, town.staff["newcomer"].pk)
    assert "newcomer" in text(qin.get("/desk/keys/"))


def test_the_stranger_of_another_office_is_handed_nothing(town: Town, sign_in: SignIn) -> None:
    qin = sign_in("qin")
    for stranger in ("ma", "su"):
        assert qin.post(f"/desk/keys/hand/{town.staff[stranger].pk}/").status_code == 404
        assert not holds(town, stranger, "hall")
    # Nor does somebody hand over a key of an office that is not theirs.
    assert sign_in("zhou").post(f"/desk/keys/hand/{town.staff['tang'].pk}/").status_code == 404


def test_a_colleague_who_never_signed_in_is_told_of(town: Town, sign_in: SignIn) -> None:
    without_key(town, "tang")
    page = text(sign_in("qin").get("/desk/keys/"))
    assert "还没有自己的钥匙" in page
    answer = sign_in("qin").post(f"/desk/keys/hand/{town.staff['tang'].pk}/", follow=True)
    assert "请他先登录一次" in text(answer)


def test_leaving_takes_the_key_away(town: Town, sign_in: SignIn, complaint: Case, clock: Clock) -> None:
    tang = sign_in("tang")
    assert reads(tang, complaint) or tang.get(address(complaint)).status_code == 200
    half = town.own[town.staff["tang"].pk]
    Appointment.objects.filter(staff=town.staff["tang"]).update(valid_to=clock().date())
    forget()
    assert keys.take_from_leavers(at=clock()) == 1
    assert keys.take_from_leavers(at=clock()) == 0
    assert not holds(town, "tang", "hall")
    with pytest.raises(KeyClosed, match="not_handed"):
        Keyring(lambda: half).office(town.offices["hall"].id)
    page = text(sign_in("qin").get("/desk/keys/"))
    assert "Tang" in page or "tang" in page
    assert "离开后还没有换过钥匙" in page


def test_changing_office_leaves_the_old_key_behind(town: Town, clock: Clock) -> None:
    moved = town.staff["ma"]
    Appointment.objects.filter(staff=moved).update(valid_to=clock().date())
    Appointment.objects.create(staff=moved, office=town.offices["roads"], role="handler")
    forget()
    keys.take_from_leavers(at=clock())
    assert not holds(town, "ma", "water")
    assert not holds(town, "ma", "roads")
    keys.hand_key(town.actor("zhou"), moved.pk, at=clock())
    assert holds(town, "ma", "roads")


def test_a_new_key_for_the_office_and_older_cases_brought_over(
    town: Town, sign_in: SignIn, complaint: Case, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongshi.web.desk.keys.AT_ONCE", 1)
    hall = town.offices["hall"].id
    qin = sign_in("qin")
    old = town.actor("tang").keys.office(hall)[1]  # type: ignore[union-attr]
    qin.post("/desk/keys/renew/")
    assert holds(town, "qin", "hall")
    assert holds(town, "tang", "hall")
    assert "还有事项用的是旧钥匙" in text(qin.get("/desk/keys/"))
    assert reads(qin, complaint)
    later = case_of(lin_files(town, matter(town, "conduct", subject=town.offices["water"].id), at=clock())[0])
    assert Wrap.objects.get(subject=later.id, recipient_id=hall).key_version == 2
    qin.post("/desk/keys/seal-anew/")
    assert keys.office_key(hall).left  # type: ignore[union-attr]
    qin.post("/desk/keys/seal-anew/")
    # Another worker may not have heard of the new key yet, and be sealing to the old one.
    assert KeyWrap.objects.filter(pair=old.pair).exists()
    assert keys.office_key(hall).left  # type: ignore[union-attr]
    clock.advance(minutes=1)
    qin.post("/desk/keys/seal-anew/")
    assert not keys.office_key(hall).left  # type: ignore[union-attr]
    assert not KeyWrap.objects.filter(pair=old.pair).exists()
    assert set(Wrap.objects.filter(recipient_id=hall).values_list("key_version", flat=True)) == {2}
    assert reads(qin, complaint)
    assert open_content(complaint, town.actor("tang"), why="assignment", at=clock()).text


def test_row_03_the_page_of_keys_tells_of_no_case_that_is_hidden(
    town: Town, sign_in: SignIn, complaint: Case, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many cases wait for the new key, and whichever of them the reader was kept from, it reads the same."""
    monkeypatch.setattr("gongshi.web.desk.keys.AT_ONCE", 1)
    qin = sign_in("qin")
    about_water = matter(town, "conduct", subject=town.offices["water"].id)
    for _ in range(4):
        lin_files(town, about_water, at=clock())
    qin.post("/desk/keys/renew/", follow=True)
    pages = []
    for batch in range(3):
        answer = qin.post("/desk/keys/seal-anew/", follow=True)
        page = re.sub(r'(csrfmiddlewaretoken" value=")[^"]*', r"\1", answer.content.decode())
        pages.append(page)
        if batch == 1:
            recuse_self(complaint, "我表弟在道路所。", actor=town.actor("qin"), at=clock())
    assert "还没有换完" in pages[0]
    assert len(set(pages)) == 1


def test_a_leaver_keeps_nothing_of_a_renewed_key(town: Town, complaint: Case, clock: Clock) -> None:
    """Whatever half somebody wrote down before they left, it opens nothing that was sealed anew."""
    hall = town.offices["hall"].id
    kept = town.actor("tang").keys.office(hall)  # type: ignore[union-attr]
    Appointment.objects.filter(staff=town.staff["tang"]).update(valid_to=clock().date())
    forget()
    keys.take_from_leavers(at=clock())
    keys.renew_office_key(town.actor("qin"), at=clock())
    keys.rewrap_some(town.actor("qin"), most=100, at=clock())
    wraps = Wrap.objects.filter(recipient=Recipient.OFFICE, recipient_id=hall)
    assert wraps.count() == 2
    assert not {wrap.key_version for wrap in wraps} & set(kept)
    assert not holds(town, "tang", "hall")


def test_a_lost_passphrase_means_a_new_key_that_a_colleague_fills(
    town: Town, sign_in: SignIn, complaint: Case
) -> None:
    client = sign_in("qin", keys=False)
    prove(client, town.staff["qin"])
    unsure = client.post("/desk/keys/new/", {"passphrase": NEW, "again": NEW})
    assert unsure.status_code == 422
    assert holds(town, "qin", "hall")
    for wrong in ({"passphrase": "short", "again": "short"}, {"passphrase": NEW, "again": NEW + "!"}):
        assert client.post("/desk/keys/new/", {**wrong, "known": "on"}).status_code == 422
    client.post("/desk/keys/new/", {"passphrase": NEW, "again": NEW, "known": "on"})
    assert not holds(town, "qin", "hall")
    assert keys.how_locked(town.staff["qin"].pk) == "passphrase"
    assert not reads(client, complaint)
    with pytest.raises(WrongPassphrase):
        keys.open_own(town.staff["qin"].pk, PASSWORD)
    sign_in("tang").post(f"/desk/keys/hand/{town.staff['qin'].pk}/")
    assert reads(client, complaint)
    # A passphrase of its own: signing in does not open it, the page does.
    again = signs_in("qin")
    assert not reads(again, complaint)
    again.post("/desk/keys/open/", {"passphrase": NEW})
    assert reads(again, complaint)


def test_another_passphrase_for_the_same_key(town: Town, sign_in: SignIn, complaint: Case) -> None:
    client = sign_in("qin")
    prove(client, town.staff["qin"])
    assert client.post("/desk/keys/passphrase/", {"passphrase": "short", "again": "short"}).status_code == 422
    client.post("/desk/keys/passphrase/", {"passphrase": NEW, "again": NEW})
    assert keys.open_own(town.staff["qin"].pk, NEW) == town.own[town.staff["qin"].pk]
    assert reads(client, complaint)
    closed = sign_in("qin", keys=False).post(
        "/desk/keys/passphrase/", {"passphrase": PASSWORD, "again": PASSWORD}
    )
    assert closed.status_code == 403
    assert PASSWORD not in closed.content.decode()
    assert keys.how_locked(town.staff["qin"].pk) == "passphrase"


def test_the_sign_in_password_may_be_the_passphrase(town: Town, sign_in: SignIn) -> None:
    client = sign_in("qin", keys=False)
    prove(client, town.staff["qin"])
    client.post("/desk/keys/new/", {"passphrase": PASSWORD, "again": PASSWORD, "known": "on"})
    assert keys.how_locked(town.staff["qin"].pk) == "password"


def test_a_changed_password_opens_the_same_key(town: Town, complaint: Case) -> None:
    client = signs_in("qin")
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/desk/password/", data).status_code == 302
    assert reads(client, complaint)
    assert reads(signs_in("qin", NEW), complaint)
    with pytest.raises(WrongPassphrase):
        keys.open_own(town.staff["qin"].pk, PASSWORD)


def test_a_password_replaced_from_outside_opens_nothing(town: Town, complaint: Case) -> None:
    """Whoever can set passwords (the administrator, a thief of the database) does not get at what is sealed."""
    town.staff["qin"].set_password(NEW)
    town.staff["qin"].save()
    client = signs_in("qin", NEW)
    assert not reads(client, complaint)
    client.post("/desk/keys/open/", {"passphrase": PASSWORD})
    assert reads(client, complaint)


# A session that somebody else holds

MINE = {"passphrase": NEW, "again": NEW, "known": "on"}


def stolen(client: Client, *more: str) -> Client:
    """What a thief has: the session, and what else of the cookies is named."""
    thief = Client()
    for name in ("sessionid", *more):
        thief.cookies[name] = client.cookies[name].value
    return thief


@pytest.mark.parametrize("path", ["/desk/keys/new/", "/desk/keys/passphrase/"])
def test_row_27_a_stolen_session_replaces_no_key(town: Town, path: str) -> None:
    thief = stolen(signs_in("qin"), "desk_key")
    before = keys.public_of(town.staff["qin"].pk)
    answer = thief.post(path, {**MINE, "next": "/desk/board/"})
    assert answer.headers["Location"].startswith("/desk/account/again/code/?next=%2Fdesk%2Fkeys%2F")
    assert thief.get(answer.headers["Location"]).status_code == 200
    assert NEW not in "".join(str(value) for value in thief.session.values())
    assert 'name="again"' not in thief.get("/desk/keys/").content.decode()
    assert keys.public_of(town.staff["qin"].pk) == before
    assert holds(town, "qin", "hall")
    assert keys.open_own(town.staff["qin"].pk, PASSWORD) == town.own[town.staff["qin"].pk]


@pytest.mark.parametrize(
    ("path", "line"), [("new", "key_replaced"), ("passphrase", "key_passphrase_changed")]
)
def test_row_27_whoever_shows_that_it_is_they_changes_it_and_other_sessions_end(
    town: Town, caplog: pytest.LogCaptureFixture, path: str, line: str
) -> None:
    client, elsewhere = signs_in("qin"), signs_in("qin")
    prove(client, town.staff["qin"])
    assert 'name="again"' in client.get("/desk/keys/").content.decode()
    with caplog.at_level(logging.INFO, "gongshi.security"):
        assert client.post(f"/desk/keys/{path}/", MINE).headers["Location"] == "/desk/keys/"
    assert caplog.messages == [f"account changed: {line}"]
    assert client.get("/desk/keys/").status_code == 200
    assert elsewhere.get("/desk/keys/").status_code == 302
    assert keys.open_own(town.staff["qin"].pk, NEW)


def test_row_27_the_first_key_right_after_signing_in_or_after_showing_it_again(
    town: Town, sign_in: SignIn, clock: Clock
) -> None:
    without_key(town, "qin")
    client = sign_in("qin")
    assert 'name="again"' in client.get("/desk/keys/").content.decode()
    clock.advance(minutes=10)
    assert 'name="again"' not in client.get("/desk/keys/").content.decode()
    asked = client.post("/desk/keys/new/", {**MINE, "next": "/desk/board/"}).headers["Location"]
    assert not KeyPair.objects.filter(owner_id=town.staff["qin"].pk).exists()
    then = "/desk/keys/?next=%2Fdesk%2Fboard%2F"
    assert asked == f"/desk/account/again/code/?{urlencode({'next': then})}"
    assert prove(client, town.staff["qin"], then) == then
    assert (
        client.post("/desk/keys/new/", {**MINE, "next": "/desk/board/"}).headers["Location"] == "/desk/board/"
    )
    assert KeyPair.objects.filter(owner_id=town.staff["qin"].pk).exists()


def test_row_27_without_a_factor_the_password_is_asked_and_without_either_a_new_sign_in(
    town: Town, sign_in: SignIn, clock: Clock, settings: Any
) -> None:
    settings.DEMO = True  # where roles need no second step
    qin = town.staff["qin"]
    take_factors(qin)
    client = sign_in("qin", keys=False)
    assert client.post("/desk/keys/new/", MINE).headers["Location"].startswith("/desk/account/again/?")
    qin.set_unusable_password()
    qin.save()
    client = sign_in("qin", keys=False)
    clock.advance(minutes=10)
    again = "/desk/account/again/sign-in/"
    assert client.post("/desk/keys/new/", MINE).headers["Location"].startswith(again)
    assert keys.how_locked(qin.pk) == "password"
    assert sign_in("qin", keys=False).post("/desk/keys/new/", MINE).headers["Location"] == "/desk/keys/"
    assert keys.how_locked(qin.pk) == "passphrase"


# Passphrases


def test_a_locked_key_opens_with_its_passphrase_and_row_alone() -> None:
    row = new_id()
    locked = lock(b"k" * 32, "ｐａｓｓ 口令 ok", row=row, cost=LOWEST)
    assert unlock(locked, "pass 口令 ok", row=row) == b"k" * 32
    for passphrase, where in (("pass 口令", row), ("", row), ("pass 口令 ok", new_id()), ("x" * 2000, row)):
        with pytest.raises(WrongPassphrase):
            unlock(locked, passphrase, row=where)


def test_a_try_costs_what_signing_in_costs() -> None:
    assert (COST.passes, COST.memory_kib) >= (3, 65_536)


def test_two_who_make_the_first_key_at_once_make_one(town: Town, clock: Clock) -> None:
    from gongshi.safekeeping import key_actions
    from gongshi.safekeeping.key_actions import PairTaken, make_office_pair

    pairs = KeyPair.objects.filter(owner=Owner.OFFICE, owner_id=town.offices["roads"].id)
    first = pairs.get()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_actions, "pairs_of", lambda *_: [])
        with pytest.raises(PairTaken):
            make_office_pair(town.offices["roads"].id, [], at=clock() + timedelta(seconds=1))
    assert pairs.get().retired_at is None
    assert pairs.get().pk == first.pk


def test_everybody_with_a_role_is_listed_once(town: Town) -> None:
    assert len(staff_in(town.offices["hall"].id)) == 3
    assert keys.colleagues_without(town.actor("qin")) == []


def test_an_opened_key_is_put_away_anew_each_time(town: Town) -> None:
    half = town.own[town.staff["qin"].pk]
    first, second = put_away(half), put_away(half)
    assert first[1] != second[1]
    assert first[0]["sealed"] != second[0]["sealed"]


def test_the_audit_knows_what_happened_to_keys_and_notices_what_was_changed(town: Town, clock: Clock) -> None:
    keys.renew_office_key(town.actor("qin"), at=clock())
    keys.make_own(town.staff["tang"].pk, NEW, "passphrase", at=clock())
    assert KeyEvent.objects.count() == 2
    assert audit().faults == []
    KeyEvent.objects.filter(code="renewed").update(by_staff=town.staff["tang"].pk)
    assert "keyevent" in [fault.facts.get("table") for fault in audit().faults]
