"""Second factors: who needs one, what passes as one, how often, and what a change of them ends."""

import logging
import re
import time
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from gongshi.accounts.models import Role, Staff, StaffSession
from gongshi.accounts.sessions import SessionStore
from gongshi.safekeeping.factors import open_factor
from gongshi.safekeeping.limits import forget
from gongshi.web.desk import factors, urls
from tests.casework import add_staff
from tests.cast import PASSWORD, Town
from tests.clock import Clock
from tests.factors import SECRET, code_now, prove, take_factors, unused_code
from tests.web.desk.helpers import SignIn, text

pytestmark = pytest.mark.django_db
HOME = "/desk/account/"
STEP = "/desk/login/code/"
DESK = ["/desk/", "/desk/offices/", "/desk/rights/", "/desk/board/", "/desk/publication/", "/desk/cases/X/1/"]
Shown = tuple[Client, list[str]]


def to_second_step(name: str = "zhou") -> Client:
    client = Client()
    answer = client.post("/desk/login/", {"login": name, "password": PASSWORD})
    assert answer.headers["Location"] == STEP
    return client


def enters(client: Client, code: str) -> bool:
    return client.post(STEP, {"code": code}).headers.get("Location") == "/desk/"


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def without_factor(town: Town, name: str = "zhou") -> Client:
    take_factors(town.staff[name])
    client = Client()
    answer = client.post("/desk/login/", {"login": name, "password": PASSWORD})
    assert answer.headers["Location"] == "/desk/"
    return client


def set_up_app(client: Client) -> tuple[str, Any]:
    """Set up an app as the page says; its secret, and the answer."""
    page = client.get("/desk/account/app/")
    secret = page.context["form"].secret
    return secret, client.post("/desk/account/app/", {"code": code_now(secret)})


@pytest.fixture
def shown(town: Town) -> Shown:
    """Zhou with a fresh app, and the recovery codes as they were shown."""
    client = without_factor(town)
    _, answer = set_up_app(client)
    assert answer.headers["Location"] == "/desk/account/recovery/"
    page = client.get("/desk/account/recovery/").content.decode()
    return client, re.findall(r"<code>(\d{5} \d{5})</code>", page)


@pytest.mark.parametrize("role", [*Role.values])
def test_every_role_needs_one(town: Town, sign_in: SignIn, role: str) -> None:
    add_staff(town, "new", roads=[role])
    take_factors(town.staff["new"])
    client = sign_in("new")
    for path in DESK:
        answer = client.get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (302, HOME), path
    assert client.post("/desk/offices/", {"office": str(town.offices["roads"].id)}).status_code == 302
    page = client.get(HOME)
    assert "先设好第二步验证" in text(page)
    reads = "您的角色能看到居民写的内容" in text(page)
    assert reads != ("您的角色看不到居民写的内容" in text(page))
    assert reads == (role not in ("administrator", "operator", "reader"))
    for path in [*DESK[1:-1], "/desk/keys/"]:
        assert f'"{path}"' not in page.content.decode(), path
    assert "Set up a second step first" in text(client.get("/en/desk/account/"))


def test_what_is_not_there_is_said_as_to_strangers_until_then(town: Town, sign_in: SignIn) -> None:
    take_factors(town.staff["zhou"])
    client = sign_in("zhou")
    assert "回到待办" not in client.get("/desk/nowhere/").content.decode()


def test_the_demo_asks_for_none_and_says_so(town: Town, sign_in: SignIn, settings: Settings) -> None:
    take_factors(town.staff["zhou"])
    settings.DEMO, settings.DEMO_PASSWORD = True, "invented-town"
    client = sign_in("zhou")
    assert client.get("/desk/").status_code == 200
    assert "演示里人人都能登录" in text(client.get(HOME))
    assert client.get("/desk/account/app/").status_code == 200
    assert "演示里只用密码登录" in text(Client().get("/desk/login/"))
    settings.DEMO = False
    assert client.get("/desk/").status_code == 302


def test_an_app_is_set_up_without_scripts_and_asked_for_from_then_on(shown: Shown, town: Town) -> None:
    client, codes = shown
    assert len(codes) == 10
    assert client.get("/desk/").status_code == 200
    again = client.get("/desk/account/recovery/")
    assert "只显示过一次" in text(again)
    assert not re.search(r"\d{5} \d{5}", again.content.decode())
    other = to_second_step()
    assert other.get("/desk/").status_code == 302
    assert other.get(HOME).headers["Location"].startswith("/desk/login/")


def test_the_secret_can_be_typed_and_scanned_and_leaves_no_trace(town: Town) -> None:
    client = without_factor(town)
    page = client.get("/desk/account/app/")
    secret = page.context["form"].secret
    html = page.content.decode()
    assert " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)) in html
    assert 'src="data:image/svg+xml;base64,' in html
    assert "<svg" not in html.split('class="totp-code"')[1].split(">")[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_staffsession")
        assert secret not in repr(cursor.fetchall())


def test_secrets_are_sealed_at_rest(shown: Shown, town: Town) -> None:
    _, codes = shown
    rows = {row.type: row.data for row in Authenticator.objects.filter(user=town.staff["zhou"])}
    assert set(rows) == {"totp", "recovery_codes"}
    assert len(open_factor(rows["totp"]["secret"])) == 32
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        kept = repr(cursor.fetchall())
    assert open_factor(rows["totp"]["secret"]) not in kept
    assert open_factor(rows["recovery_codes"]["seed"]) not in kept
    assert not any(code.replace(" ", "") in kept for code in codes)


def test_an_apps_code_passes_once_on_every_worker(town: Town) -> None:
    code = unused_code(town.staff["zhou"])
    assert enters(to_second_step(), code)
    cache.clear()  # another worker remembers nothing
    assert not enters(to_second_step(), code)
    assert not enters(to_second_step(), f"{code[:3]} {code[3:]}")
    assert enters(to_second_step(), code_now(steps=1))
    assert not enters(to_second_step(), code)


def test_the_code_that_set_up_the_app_does_not_sign_in(town: Town) -> None:
    client = without_factor(town)
    secret, _ = set_up_app(client)
    cache.clear()
    assert not enters(to_second_step(), code_now(secret))
    assert enters(to_second_step(), code_now(secret, steps=1))


def test_two_at_once_with_one_code(town: Town) -> None:
    code = unused_code(town.staff["zhou"])
    first, second = (Authenticator.objects.get(user=town.staff["zhou"]) for _ in range(2))
    assert factors.take_step(first, code)
    assert not factors.take_step(second, code)


@pytest.mark.parametrize("wrong", ["000000x", "", "０" * 6, "1" * 41, "\x00", "1" * 5_000, "😀" * 6])
def test_what_is_no_code_does_not_pass(town: Town, wrong: str) -> None:
    client = to_second_step()
    answer = client.post(STEP, {"code": wrong})
    assert answer.status_code == 200
    assert client.get("/desk/").status_code == 302


def test_codes_cannot_be_tried_for_long(town: Town) -> None:
    good = unused_code(town.staff["zhou"])
    bad = f"{(int(good) + 1) % 1_000_000:06}"
    client = to_second_step()
    for _ in range(5):
        client.post(STEP, {"code": bad})
    cache.clear()  # another worker
    assert not enters(client, good)
    assert not enters(to_second_step(), good)
    assert "试的次数太多" in text(client.post(STEP, {"code": good}))


def test_codes_are_counted_in_one_place(town: Town) -> None:
    """The library has no count of its own, which each worker would keep for itself."""
    good = unused_code(town.staff["zhou"])
    bad = f"{(int(good) + 1) % 1_000_000:06}"
    client = to_second_step()
    for _ in range(7):
        forget()
        client.post(STEP, {"code": bad})
    forget()
    assert enters(client, good)


def test_a_recovery_code_passes_once(shown: Shown, town: Town) -> None:
    _, codes = shown
    assert enters(to_second_step(), codes[3])
    assert not enters(to_second_step(), codes[3])
    assert not enters(to_second_step(), codes[3].replace(" ", ""))
    assert enters(to_second_step(), codes[4].replace(" ", "-"))
    client = to_second_step()
    assert enters(client, codes[5])
    assert "还有7个没用过" in text(client.get(HOME))


def test_new_recovery_codes_end_the_old(shown: Shown, town: Town) -> None:
    client, codes = shown
    assert client.post("/desk/account/recovery/new/").headers["Location"] == "/desk/account/recovery/"
    fresh = re.findall(r"<code>(\d{5} \d{5})</code>", client.get("/desk/account/recovery/").content.decode())
    assert len(set(fresh) | set(codes)) == 20
    assert not enters(to_second_step(), codes[0])
    assert enters(to_second_step(), fresh[0])


CHANGES = [
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_generate_recovery_codes",
]


@pytest.mark.parametrize("name", CHANGES)
def test_changes_ask_for_the_factor_once_more(town: Town, name: str) -> None:
    client = to_second_step()
    assert enters(client, unused_code(town.staff["zhou"]))
    path = reverse(name) if name != "mfa_activate_totp" else reverse("mfa_deactivate_totp")
    for answer in (client.get(path), client.post(path, {})):
        assert answer.headers["Location"].startswith("/desk/account/again/code/"), name
    # A password does not do where there is a factor.
    answer = client.post(f"/desk/account/again/?next={path}", {"password": PASSWORD})
    assert answer.headers["Location"].startswith("/desk/account/again/code/")
    assert client.get(path).status_code == 302
    prove(client, town.staff["zhou"])
    assert client.get(path).status_code == 200


def test_having_proved_it_holds_for_five_minutes(town: Town) -> None:
    client = to_second_step()
    assert enters(client, unused_code(town.staff["zhou"]))
    prove(client, town.staff["zhou"])
    assert client.get("/desk/account/recovery/new/").status_code == 200
    session = SessionStore(key_of(client))
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**one, "at": time.time() - 301} for one in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()
    assert client.get("/desk/account/recovery/new/").status_code == 302


def test_the_first_factor_right_after_signing_in_or_after_the_password(town: Town, clock: Clock) -> None:
    client = without_factor(town)
    assert client.get("/desk/account/app/").status_code == 200
    clock.advance(minutes=10)
    asked = client.get("/desk/account/app/")
    assert asked.headers["Location"] == "/desk/account/again/?next=%2Fdesk%2Faccount%2Fapp%2F"
    page = client.get(asked.headers["Location"])
    assert "再确认一次" in text(page)
    assert "密码不对" in text(client.post("/desk/account/again/", {"password": "wrong"}))
    answer = client.post("/desk/account/again/", {"password": PASSWORD, "next": "/desk/account/app/"})
    assert answer.headers["Location"] == "/desk/account/app/"
    assert client.get("/desk/account/app/").status_code == 200


def test_row_28_asking_once_more_leads_nowhere_else(town: Town) -> None:
    client = without_factor(town)
    for target in ("//evil.example", "https://evil.example/", "/\\evil.example", "//testserver/", "//["):
        answer = client.post("/desk/account/again/", {"password": PASSWORD, "next": target})
        assert answer.headers["Location"] == "/desk/"


def test_every_change_ends_the_other_sessions(town: Town) -> None:
    client = without_factor(town)
    elsewhere = without_factor(town)
    assert elsewhere.get(HOME).status_code == 200
    set_up_app(client)
    assert elsewhere.get(HOME).status_code == 302
    for change in ("/desk/account/recovery/new/", "/desk/account/app/remove/"):
        elsewhere.force_login(town.staff["zhou"])
        assert client.post(change).status_code == 302
        assert elsewhere.get(HOME).status_code == 302, change
    assert client.get(HOME).status_code == 200
    # With the last factor gone, so is the desk, and the recovery codes with it.
    assert client.get("/desk/").headers["Location"] == HOME
    assert not Authenticator.objects.filter(user=town.staff["zhou"]).exists()


def test_changes_are_logged_without_naming_anybody(
    town: Town, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    caplog.set_level(logging.INFO, "gongshi.security")
    client = without_factor(town)
    with django_capture_on_commit_callbacks(execute=True):
        set_up_app(client)
    client.post("/desk/account/app/remove/")
    assert "account changed: totp_activated" in caplog.messages
    assert "account changed: totp_deactivated" in caplog.messages
    assert "zhou" not in caplog.text
    assert str(town.staff["zhou"].pk) not in caplog.text


def test_sessions_are_listed_and_ended_by_their_owner_alone(town: Town, sign_in: SignIn) -> None:
    here, elsewhere, ma = sign_in("zhou"), sign_in("zhou"), sign_in("ma")
    page = here.get(HOME)
    assert "就是这里" in text(page)
    assert "3月2日 09:00" in text(page)
    assert "9点多" in text(page)
    assert "127.0.0.1" not in page.content.decode()
    rows = {str(one["row"]) for one in page.context["sessions"] if not one["here"]}
    theirs = StaffSession.objects.get(staff=town.staff["ma"]).session_key
    assert theirs not in page.content.decode()
    for row in (theirs, "", "nonsense", "0" * 64):
        assert here.post("/desk/account/sessions/", {"session": row}).status_code == 404
    assert ma.get("/desk/").status_code == 200
    (row,) = rows
    assert here.post("/desk/account/sessions/", {"session": row}).headers["Location"] == HOME
    assert elsewhere.get("/desk/").status_code == 302
    third = sign_in("zhou")
    here.post("/desk/account/sessions/", {"session": "others"})
    assert third.get("/desk/").status_code == 302
    assert here.get("/desk/").status_code == 200
    assert here.get("/desk/account/sessions/").status_code == 405


def test_account_pages_are_for_the_signed_in(town: Town) -> None:
    for page in urls.sign_in:
        name = str(page.name)
        arguments = {"pk": 1} if "remove_webauthn" in name else {}
        if str(page.pattern).startswith(("login/", "logout/")):
            continue
        for answer in (
            Client().get(reverse(name, kwargs=arguments)),
            Client().post(reverse(name, kwargs=arguments)),
        ):
            assert answer.status_code == 302, name
            assert answer.headers["Location"].startswith("/desk/login/"), name


def test_forms_of_the_account_need_their_token(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.staff["zhou"])
    for path in ("/desk/account/sessions/", "/desk/account/app/remove/", "/desk/login/passkey/"):
        assert client.post(path, {"session": "others"}).status_code == 403, path


def test_a_new_session_at_each_step(town: Town) -> None:
    client = Client()
    client.get("/desk/login/")
    client.cookies["sessionid"] = "a" * 32  # set by somebody else
    client.post("/desk/login/", {"login": "zhou", "password": PASSWORD})
    between = key_of(client)
    assert between != "a" * 32
    assert enters(client, unused_code(town.staff["zhou"]))
    assert key_of(client) not in (between, "a" * 32)
    stale = Client()
    stale.cookies["sessionid"] = between
    assert stale.get("/desk/").status_code == 302


def test_half_signed_in_is_not_signed_in_and_can_be_given_up(town: Town) -> None:
    client = to_second_step()
    for path in [*DESK, HOME, "/desk/password/"]:
        assert client.get(path).status_code == 302
        assert client.get(path).headers["Location"].startswith("/desk/login/")
    assert client.post("/desk/logout/", {"again": "1"}).headers["Location"] == "/desk/login/"
    assert client.get(STEP).headers["Location"] == "/desk/login/"
    assert client.get("/desk/login/").status_code == 200


def test_disabled_between_the_steps(town: Town) -> None:
    client = to_second_step()
    Staff.objects.filter(username="zhou").update(is_active=False)
    client.post(STEP, {"code": unused_code(town.staff["zhou"])})
    assert client.get("/desk/").status_code == 302
    assert client.get(HOME).status_code == 302


def test_nothing_that_the_library_counts_is_counted_by_address(settings: Settings) -> None:
    from allauth.account import app_settings as account
    from allauth.core.internal.ratelimit import parse_rates
    from allauth.mfa import app_settings as mfa

    reached = ("login", "login_failed", "reauthenticate", "change_password", "webauthn_login")
    for limits in (account.RATE_LIMITS, mfa.RATE_LIMITS):
        by_address = [name for name in reached for rate in parse_rates(limits.get(name)) if rate.per == "ip"]
        assert by_address == []


def test_the_cast_has_the_secret_that_tests_know(town: Town) -> None:
    data = Authenticator.objects.get(user=town.staff["zhou"]).data
    assert open_factor(data["secret"]) == SECRET


MALFORMED = [
    "",
    "x",
    "[]",
    "1",
    '"x"',
    "null",
    "{}",
    "[" * 100_000,
    "9" * 1_000_000,
    '"' + "x" * 30_000 + '"',
    '{"id": NaN, "rawId": Infinity}',
    '{"id": "AA", "id": "AB", "__proto__": {"is_staff": true}}',
    '{"id": 1}',
    '{"response": []}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"attestationObject": "AA"}}',
]


@pytest.mark.parametrize("credential", MALFORMED)
def test_row_33_what_is_no_passkey_is_refused_in_words(town: Town, sign_in: SignIn, credential: str) -> None:
    alone = Client()
    alone.get("/desk/login/passkey/", headers={"accept": "application/json"})  # as the button does
    began = time.thread_time()
    answer = alone.post("/desk/login/passkey/", {"credential": credential})
    assert time.thread_time() - began < 0.5
    assert answer.headers["Location"] == "/desk/login/"
    assert "没有通过" in text(alone.get("/desk/login/"))
    half = to_second_step()
    half.get(STEP)
    assert half.post(STEP, {"credential": credential}).status_code == 200
    assert half.get("/desk/").status_code == 302
    client = sign_in("zhou")
    prove(client, town.staff["zhou"])
    client.get("/desk/account/passkey/")
    data = {"credential": credential, "name": "x", "passwordless": "on"}
    assert client.post("/desk/account/passkey/", data).status_code == 200
    client.post("/desk/account/again/passkey/", {"credential": credential})
    assert Authenticator.objects.filter(type="webauthn").count() == 0


def test_a_passkey_page_asks_for_this_address_alone(town: Town, settings: Settings) -> None:
    settings.BASE_URL = "https://gongshi.example"
    client = Client(headers={"host": "127.0.0.1"})
    asked = client.get("/desk/login/passkey/", headers={"accept": "application/json"}).json()
    assert asked["request_options"]["publicKey"]["rpId"] == "gongshi.example"
    assert asked["request_options"]["publicKey"]["userVerification"] == "required"
    assert not asked["request_options"]["publicKey"]["allowCredentials"]  # it tells nobody who works here
    for address, offered in (
        ("https://gongshi.example", True),
        ("http://gongshi.example", False),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.1", False),
        ("https://[2001:db8::1]", False),
    ):
        settings.BASE_URL = address
        assert factors.passkeys_work() is offered, address
        assert ("passkey-button" in Client().get("/desk/login/").content.decode()) is offered
