"""Sign-in: allauth's, with our own words; who is disabled is out, and nobody is led away from this host."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import Settings

from gongshi.accounts.models import Appointment, Staff, StaffSession
from tests.cast import PASSWORD, Town
from tests.factors import unused_code
from tests.web.desk.helpers import SignIn, text

pytestmark = pytest.mark.django_db
LOGIN, AGAIN = "/desk/login/", "/desk/account/again/"


def enter(client: Client, name: str = "zhou", password: str = PASSWORD, **more: str) -> str:
    """Both steps; where they lead. A wrong password leads nowhere."""
    answer = client.post(LOGIN, {"login": name, "password": password, **more})
    if answer.headers.get("Location") == "/desk/login/code/":
        code = unused_code(Staff.objects.get(username=name))
        answer = client.post("/desk/login/code/", {"code": code})
    return answer.headers.get("Location", "")


def test_staff_sign_in_and_out(town: Town) -> None:
    client = Client()
    assert client.get("/desk/").headers["Location"] == "/desk/login/?next=/desk/"
    assert enter(client) == "/desk/"
    assert client.get("/desk/").status_code == 200
    assert client.get("/desk/logout/").status_code == 200
    assert client.get("/desk/").status_code == 200  # asking is not leaving
    client.post("/desk/logout/")
    assert client.get("/desk/").status_code == 302


def test_english_leads_to_english(town: Town) -> None:
    client = Client()
    page = client.get("/en/desk/login/")
    assert "Staff sign-in" in text(page)
    client.post("/en/desk/login/", {"login": "zhou", "password": PASSWORD})
    assert "Second step" in text(client.get("/en/desk/login/code/"))
    answer = client.post("/en/desk/login/code/", {"code": unused_code(town.staff["zhou"])})
    assert answer.headers["Location"] == "/en/desk/"


@pytest.mark.parametrize(
    "next_",
    [
        "//evil.example",
        "https:evil.example",
        "/\\evil.example",
        "https://evil.example/desk/",
        "\r\nLocation: //evil",
        "//testserver/x",
        "http://testserver/",
        "https://testserver/",
        "///x",
        "desk/board/",
        "//[",
        "//[::1",
        "//%5B",
        "http://[.",
    ],
)
def test_row_28_next_stays_here(town: Town, sign_in: SignIn, next_: str) -> None:
    assert enter(Client(), next=next_) == "/desk/"
    if "\n" in next_:
        return
    at = urlencode({"next": next_})
    half = Client()
    half.post(LOGIN, {"login": "zhou", "password": PASSWORD})
    here = sign_in("zhou")
    ways = [(half, f"{LOGIN}code/")] + [
        (client, path)
        for client in (Client(), here)
        for path in (LOGIN, f"{LOGIN}passkey/", "/desk/logout/", AGAIN, f"{AGAIN}code/", f"{AGAIN}passkey/")
    ]
    for client, path in ways:
        for answer in (client.get(f"{path}?{at}"), client.post(f"{path}?{at}", {"next": next_, "code": "1"})):
            assert answer.status_code < 500, path
            leads = answer.headers.get("Location", "/")
            assert leads.startswith("/"), path
            assert not leads.startswith("//"), path
            page = answer.content.decode()
            assert not [part for part in ("href", "action") if f'{part}="{next_}' in page], path


def test_next_leads_back(town: Town) -> None:
    assert enter(Client(), next="/desk/board/") == "/desk/board/"


def test_row_06_wrong_password_unknown_name_and_disabled_account_answer_alike(town: Town) -> None:
    Staff.objects.filter(username="ma").update(is_active=False)
    said = set()
    for name, password in (("zhou", "wrong"), ("nobody", "wrong"), ("ma", PASSWORD)):
        answer = Client().post(LOGIN, {"login": name, "password": password})
        assert answer.status_code == 200
        said.add("用户名或密码不对" in text(answer))
        assert password not in answer.content.decode()
    assert said == {True}


def test_the_demo_names_its_sign_ins_and_others_do_not(town: Town, settings: Settings) -> None:
    assert "zhou" not in text(Client().get(LOGIN))
    settings.DEMO, settings.DEMO_PASSWORD = True, "invented-town"
    page = text(Client().get(LOGIN))
    assert "invented-town" in page
    assert "zhou" in page


def test_row_07_a_long_password_is_not_hashed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("hashed")

    monkeypatch.setattr("tests.passwords.QuickArgon2.encode", refuse)
    monkeypatch.setattr("tests.passwords.QuickArgon2.verify", refuse)
    answer = Client().post(LOGIN, {"login": "zhou", "password": "a" * 1_025})
    assert "1024" in text(answer)
    answer = Client().post(LOGIN, {"login": "z" * 61, "password": "a" * 20})
    assert answer.status_code == 200
    assert StaffSession.objects.exclude(staff=None).count() == 0


def test_row_27_a_preset_session_is_not_kept(town: Town) -> None:
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    enter(client)
    assert client.cookies["sessionid"].value != "a" * 32


def test_row_27_the_disabled_are_out_at_once(sign_in: SignIn) -> None:
    client = sign_in("zhou")
    assert client.get("/desk/").status_code == 200
    Staff.objects.filter(username="zhou").update(is_active=False)
    assert client.get("/desk/").status_code == 302


def test_row_27_changing_the_password_ends_other_sessions(town: Town) -> None:
    here, elsewhere = Client(), Client()
    enter(here)
    enter(elsewhere)
    new = "another-quiet-river-2026"
    wrong = here.post("/desk/password/", {"oldpassword": "no", "password1": new, "password2": new})
    assert "这不是" in text(wrong) or "现在的密码不对" in text(wrong)
    done = here.post("/desk/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert done.headers["Location"] == "/desk/account/"
    assert here.get("/desk/").status_code == 200
    assert StaffSession.objects.filter(staff=town.staff["zhou"]).count() == 1  # nothing dead is listed
    assert elsewhere.get("/desk/").status_code == 302


def test_without_a_role_there_is_no_desk(sign_in: SignIn) -> None:
    client = sign_in("zhou")
    Appointment.objects.filter(staff__username="zhou").delete()
    answer = client.get("/desk/")
    assert answer.status_code == 403
    assert "还没有角色" in text(answer)


def test_forms_need_their_token(town: Town, sign_in: SignIn) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(LOGIN, {"login": "zhou", "password": PASSWORD}).status_code == 403
    client.force_login(town.staff["zhou"])
    assert client.post("/desk/logout/").status_code == 403
    assert client.get("/desk/").status_code == 200


def test_an_office_is_chosen_among_ones_own(town: Town, sign_in: SignIn) -> None:
    Appointment.objects.create(staff=town.staff["zhou"], office=town.offices["water"], role="handler")
    client = sign_in("zhou")
    assert "道路所" in text(client.get("/desk/"))
    assert client.post("/desk/offices/", {"office": str(town.offices["water"].id)}).status_code == 302
    assert "水务所" in text(client.get("/desk/"))
    assert client.post("/desk/offices/", {"office": str(town.offices["hall"].id)}).status_code == 404
    assert client.post("/desk/offices/", {"office": "nonsense"}).status_code == 404
    Appointment.objects.filter(office=town.offices["water"], staff=town.staff["zhou"]).delete()
    assert "道路所" in text(client.get("/desk/"))


def test_no_way_to_sign_up(town: Town) -> None:
    for path in ("/desk/signup/", "/desk/password/reset/", "/desk/email/"):
        assert Client().get(path).status_code == 404
