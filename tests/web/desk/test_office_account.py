"""Signing in with the office's own account, at a real provider: who gets in, what is kept, what is not believed."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection
from django.test import Client
from pytest_django import Settings

from gongshi.accounts.actions import hand_code
from gongshi.accounts.models import Staff, StaffSession
from gongshi.config.environment import Environment, SettingsError
from gongshi.config.office_account import office_account
from tests.cast import Town
from tests.clock import Clock
from tests.factors import second_step, take_factors
from tests.oidc import Provider, path_of, provider
from tests.web.desk.helpers import text

pytestmark = pytest.mark.django_db
START = "/desk/login/at/office/"
LOGIN = "/desk/login/"


@pytest.fixture(scope="module")
def office() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture
def town(town: Town, office: Provider, settings: Settings) -> Town:
    """The town, whose hall has accounts of its own: Zhou is known there by number."""
    configure(settings, oidc_server=office.url)
    office.knows("4711", preferred_username="zhou", name="Zhou Wei", email="zhou@hall.example")
    return town


def configure(settings: Settings, **values: str) -> None:
    """What the settings module does with these."""
    named = {"oidc_client_id": "desk", "oidc_client_secret": "s3cret", **values}
    env = Environment(Path("/nowhere"), {f"GONGSHI_{key.upper()}": value for key, value in named.items()})
    settings.OFFICE_ACCOUNT = office_account(env)
    settings.SOCIALACCOUNT_PROVIDERS = settings.OFFICE_ACCOUNT.providers()


def leaves(client: Client, start: str = START, **query: str) -> str:
    """Where the sign-in page's link leads: an address of the provider."""
    answer = client.get(start, query)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def comes_back(client: Client, office: Provider, subject: str = "4711", **query: str) -> Any:
    """The whole dance: to the provider, signed in there, back again."""
    return client.get(path_of(office.signs_in(leaves(client, **query), subject)))


def is_in(client: Client) -> bool:
    return client.get("/desk/account/").status_code == 200


def test_the_whole_way(town: Town, office: Provider) -> None:
    client = Client()
    assert f'href="{START}?next=/desk/board/"' in client.get(f"{LOGIN}?next=/desk/board/").content.decode()
    asked = parse_qs(urlsplit(leaves(client)).query)
    assert set(asked["scope"][0].split()) == {"openid", "profile"}
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/desk/login/at/office/back/"]
    answer = comes_back(client, office, next="/desk/offices/")
    assert answer.headers["Location"] == "/desk/login/code/"  # our own second step is asked for
    assert not is_in(client)
    second_step(client, "zhou")
    assert client.get("/desk/").status_code == 200
    assert StaffSession.objects.get(staff__isnull=False).staff == town.staff["zhou"]


def test_it_leads_back_to_where_one_wanted_to_go_and_nowhere_else(town: Town, office: Provider) -> None:
    take_factors(town.staff["zhou"])
    for wanted, led in (
        ("/desk/offices/", "/desk/offices/"),
        ("//evil.example", "/desk/"),
        ("https://evil.example/", "/desk/"),
    ):
        assert comes_back(Client(), office, next=wanted).headers["Location"] == led


def test_english_stays_english(town: Town, office: Provider) -> None:
    take_factors(town.staff["zhou"])
    client = Client()
    there = leaves(client, f"/en{START}", next="/en/desk/")
    assert client.get(path_of(office.signs_in(there, "4711"))).headers["Location"] == "/en/desk/"


def test_nothing_but_the_subject_is_kept(town: Town, office: Provider) -> None:
    comes_back(Client(), office)
    comes_back(Client(), office)
    row = SocialAccount.objects.get()
    assert (row.user, row.uid, row.provider, row.extra_data) == (town.staff["zhou"], "4711", "office", {})
    assert not SocialToken.objects.exists()
    assert Staff.objects.count() == len(town.staff)
    kept = ""
    with connection.cursor() as cursor:
        for table in (
            "socialaccount_socialaccount",
            "accounts_staff",
            "accounts_staffsession",
            "account_emailaddress",
        ):
            cursor.execute(f"SELECT * FROM {table}")
            kept += repr(cursor.fetchall())
    assert "Zhou Wei" not in kept
    assert "hall.example" not in kept


@pytest.mark.parametrize("claims", [{"preferred_username": "nobody"}, {}, {"preferred_username": ""}])
def test_no_account_is_made(town: Town, office: Provider, claims: dict[str, str]) -> None:
    office.knows("9", **claims)
    client = Client()
    answer = comes_back(client, office, "9")
    assert answer.headers["Location"] == LOGIN
    assert "没有对应的工作人员" in text(client.get(LOGIN))
    assert Staff.objects.count() == len(town.staff)
    assert not SocialAccount.objects.exists()
    assert not is_in(client)


def test_the_disabled_stay_out_before_and_after_they_were_joined(town: Town, office: Provider) -> None:
    Staff.objects.filter(username="zhou").update(is_active=False)
    assert comes_back(Client(), office).headers["Location"] == LOGIN
    assert not SocialAccount.objects.exists()
    Staff.objects.filter(username="zhou").update(is_active=True)
    comes_back(Client(), office)
    Staff.objects.filter(username="zhou").update(is_active=False)
    client = Client()
    assert comes_back(client, office).headers["Location"] == LOGIN
    assert "没有对应的工作人员" in text(client.get(LOGIN))
    assert not is_in(client)


def test_once_joined_the_subject_counts_and_no_second_one_takes_the_name(
    town: Town, office: Provider, clock: Clock
) -> None:
    take_factors(town.staff["zhou"])
    comes_back(Client(), office)
    office.knows("4711", preferred_username="ma")  # renamed there
    client = Client()
    comes_back(client, office)
    assert StaffSession.objects.filter(staff=town.staff["zhou"]).exists()
    assert not StaffSession.objects.filter(staff=town.staff["ma"]).exists()
    office.knows("666", preferred_username="zhou")  # another person who was given the name
    thief = Client()
    assert comes_back(thief, office, "666").headers["Location"] == LOGIN
    assert not is_in(thief)
    hand_code(town.staff["zhou"], at=clock(), reset_factors=True)
    assert not SocialAccount.objects.exists()
    assert comes_back(Client(), office, "666").headers["Location"] == "/desk/"


def test_a_second_factor_there_counts_only_if_the_settings_say_so(
    town: Town, office: Provider, settings: Settings
) -> None:
    take_factors(town.staff["zhou"])
    office.knows("4711", preferred_username="zhou", amr=["pwd", "otp"], acr="loa2")
    client = Client()
    comes_back(client, office)
    assert client.get("/desk/").headers["Location"] == "/desk/account/"
    for named, counts in (("otp", True), ("hwk,loa2", True), ("pwd2, mfa", False)):
        configure(settings, oidc_server=office.url, oidc_second_factor=named)
        client = Client()
        comes_back(client, office)
        assert (client.get("/desk/").status_code == 200) is counts, named


def test_then_no_second_step_is_asked_here(town: Town, office: Provider, settings: Settings) -> None:
    configure(settings, oidc_server=office.url, oidc_second_factor="mfa")
    office.knows("4711", preferred_username="zhou", amr=["mfa"])
    client = Client()
    assert comes_back(client, office).headers["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    office.knows("4711", preferred_username="zhou", amr=["pwd"])
    assert comes_back(Client(), office).headers["Location"] == "/desk/login/code/"
    office.knows("4711", preferred_username="zhou", amr="mfa", acr=["mfa"])  # not as the standard has it
    assert comes_back(Client(), office).headers["Location"] == "/desk/login/code/"


def test_another_claim(town: Town, office: Provider, settings: Settings) -> None:
    configure(settings, oidc_server=office.url, oidc_claim="desk_login")
    office.knows("12", preferred_username="ma", desk_login="he")
    comes_back(Client(), office, "12")
    assert SocialAccount.objects.get().user == town.staff["he"]


def test_an_answer_is_good_once_and_for_the_browser_that_asked(town: Town, office: Provider) -> None:
    take_factors(town.staff["zhou"])
    client, other = Client(), Client()
    back = path_of(office.signs_in(leaves(client), "4711"))
    assert other.get(back).headers["Location"] == LOGIN  # a link that somebody sends
    assert not is_in(other)
    leaves(other)
    assert other.get(back).headers["Location"] == LOGIN
    assert client.get(back).headers["Location"] == "/desk/"
    assert Client().get(back).headers["Location"] == LOGIN
    client.post("/desk/logout/")
    assert client.get(back).headers["Location"] == LOGIN
    assert not is_in(client)


def test_a_link_cannot_add_to_what_is_asked_or_join_accounts(town: Town, office: Provider) -> None:
    extra = {
        "auth_params": "redirect_uri=https://evil.example/&prompt=none",
        "scope": "email",
        "action": "rerequest",
    }
    asked = parse_qs(urlsplit(leaves(Client(), **extra)).query)
    assert asked["redirect_uri"] == ["http://testserver/desk/login/at/office/back/"]
    assert set(asked["scope"][0].split()) == {"openid", "profile"}
    assert "prompt" not in asked
    client = Client()
    client.force_login(town.staff["ma"])
    comes_back(client, office, process="connect")
    assert (
        SocialAccount.objects.get().user == town.staff["zhou"]
    )  # signed in as themselves, nothing joined to Ma


def test_given_up_and_gone_wrong_there(town: Town, office: Provider) -> None:
    client = Client()
    for query in ("", "?code=x", "?error=access_denied", "?state=x&code=y", "?error=server_error&state=x"):
        assert client.get(f"{START}back/{query}").headers["Location"] == LOGIN
    assert client.get(path_of(office.denies(leaves(client)))).headers["Location"] == LOGIN
    state = parse_qs(urlsplit(leaves(client)).query)["state"][0]
    invented = urlencode({"state": state, "code": "invented"})
    assert client.get(f"{START}back/?{invented}").headers["Location"] == LOGIN
    assert "用单位账号没有登录成" in text(client.get(LOGIN))
    assert client.post(START).status_code == 405
    assert client.post(f"{START}back/").status_code == 405


def test_a_provider_that_does_not_answer(town: Town, settings: Settings) -> None:
    configure(settings, oidc_server="http://127.0.0.1:9")
    client = Client()
    assert client.get(START).headers["Location"] == LOGIN
    assert "用单位账号没有登录成" in text(client.get(LOGIN))


def test_a_provider_that_is_none(town: Town, settings: Settings, office: Provider) -> None:
    configure(settings, oidc_server=f"{office.url}/no-such-page")
    assert Client().get(START).headers["Location"] == LOGIN


def test_a_token_with_another_signature_is_not_believed(
    town: Town, office: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stands between this server and the provider makes a token of their own: nobody gets in."""
    real = OAuth2Client.get_access_token

    def forging(key: Any, algorithm: str) -> Any:
        def answer(*args: Any, **kwargs: Any) -> Any:
            found = real(*args, **kwargs)
            claims = jwt.decode(found["id_token"], options={"verify_signature": False})
            return {**found, "id_token": jwt.encode(claims, key, algorithm=algorithm)}

        return answer

    take_factors(town.staff["zhou"])
    stranger = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    client = Client()
    for key, algorithm in ((stranger, "RS256"), ("s3cret" * 6, "HS256"), (None, "none")):
        monkeypatch.setattr(OAuth2Client, "get_access_token", forging(key, algorithm))
        assert comes_back(client, office).headers["Location"] == LOGIN, algorithm
        assert not is_in(client)
    # Even if the provider's list held a shared secret: what it signs proves nothing.
    shared = {"kty": "oct", "alg": "HS256", "k": base64.urlsafe_b64encode(b"s3cret" * 6).decode()}
    with monkeypatch.context() as listed:
        listed.setattr(jwt.PyJWKSet, "from_dict", lambda _: jwt.PyJWKSet([shared]))
        listed.setattr(OAuth2Client, "get_access_token", forging("s3cret" * 6, "HS256"))
        assert comes_back(client, office).headers["Location"] == LOGIN
        assert not is_in(client)
    monkeypatch.setattr(OAuth2Client, "get_access_token", real)
    assert comes_back(client, office).headers["Location"] == "/desk/"


def test_without_settings_there_is_no_such_door(town: Town, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {}
    SocialApp.objects.create(  # whoever can write to the database opens no door either
        provider="openid_connect",
        provider_id="office",
        name="evil",
        client_id="x",
        settings={"server_url": "http://127.0.0.1:9"},
    )
    for path in (START, f"{START}back/", "/desk/login/at/evil/"):
        assert Client().get(path).status_code == 404
    assert START not in Client().get(LOGIN).content.decode()


def test_who_signs_in_so_sets_up_a_factor_and_changes_it_after_signing_in_again(
    town: Town, office: Provider, clock: Clock
) -> None:
    staff = town.staff["zhou"]
    take_factors(staff)
    staff.set_unusable_password()
    staff.save()
    client = Client()
    comes_back(client, office)
    page = client.get("/desk/account/")
    assert "先设好第二步验证" in text(page)
    assert "/desk/password/" not in page.content.decode()
    assert client.get("/desk/password/").status_code == 404
    assert client.get("/desk/account/app/").status_code == 200
    clock.advance(minutes=11)
    again = client.get("/desk/account/app/")
    assert again.headers["Location"].startswith("/desk/account/again/sign-in/")
    assert "请重新登录" in text(client.get(again.headers["Location"]))
    assert not Authenticator.objects.filter(user=staff).exists()


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"oidc_server": "http://login.example"}, "https"),
        ({"oidc_server": "ftp://login.example"}, "https"),
        ({"oidc_server": "https://login.example", "oidc_client_id": ""}, "oidc_client_id"),
        ({"oidc_server": "https://login.example", "oidc_name": "x" * 41}, "oidc_name"),
    ],
)
def test_unusable_settings_are_refused(settings: Settings, values: dict[str, str], what: str) -> None:
    with pytest.raises(SettingsError, match=what):
        configure(settings, **values)
