"""Row 44: what is secret in a form never comes back in a page, whichever door refused the form.

The fields are looked for, in the program's forms and in its pages, so that a new one cannot be forgotten.
"""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.test import Client, RequestFactory

from gongshi import web
from gongshi.web.limits import too_many
from gongshi.web.typed import SECRET
from tests.attacks.addresses import addresses
from tests.attacks.conftest import SignIn
from tests.cast import Town, lin_files, matter
from tests.web.public.walker import Walker, files_a_report

pytestmark = pytest.mark.django_db
HIDDEN = {"off", "current-password", "new-password", "one-time-code"}
# A reference alone opens nothing.
NO_SECRET = {"reference"}
WORDS = "这一段话写了很久，不能丢。"
MARKERS = {name: f"secret-in-{name}-1234567890" for name in SECRET}


def forms_below(kind: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    """Every form of the program, whether or not a page shows it now."""
    for one in kind.__subclasses__():
        if one.__module__.startswith("gongshi."):
            yield one
        yield from forms_below(one)


def secrets_in_forms() -> set[str]:
    """Fields whose box hides what is typed, and passkeys' answers."""
    for module in pkgutil.walk_packages(web.__path__, "gongshi.web."):
        importlib.import_module(module.name)
    return {
        name
        for form in forms_below()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.JSONField) or isinstance(field.widget, forms.PasswordInput)
    }


def secrets_in(page: str) -> set[str]:
    """Boxes that hide what is typed, or that browsers are told not to remember."""
    boxes = BeautifulSoup(page, "html.parser").select("input[name], textarea[name]")
    return {
        str(box["name"])
        for box in boxes
        if box.get("type") == "password"
        or (box.get("autocomplete") in HIDDEN and box.get("type") != "hidden")
    }


def readers(walker: Walker, sign_in: SignIn) -> list[Client]:
    files_a_report(walker)
    return [Client(), walker.client, *(sign_in(name) for name in ("zhou", "qin")), sign_in("ma", keys=False)]


def test_row_44_every_secret_field_stands_in_the_one_list(
    town: Town, walker: Walker, sign_in: SignIn
) -> None:
    found = secrets_in_forms()
    for client in readers(walker, sign_in):
        for path in addresses().values():
            answer = client.get(path)
            if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
                found |= secrets_in(answer.content.decode())
    assert found - NO_SECRET == SECRET


def test_row_44_a_form_without_its_token_brings_no_secret_back(
    town: Town, walker: Walker, sign_in: SignIn
) -> None:
    """At every address, for everybody: what was written comes back to be copied, and nothing secret."""
    kept = set()
    for client in readers(walker, sign_in):
        client.handler.enforce_csrf_checks = True
        for name, path in addresses().items():
            page = client.post(path, {**MARKERS, "text": WORDS}).content.decode()
            assert [secret for secret in MARKERS.values() if secret in page] == [], name
            if WORDS in page:
                kept.add(name)
    assert {"desk:open_key", "desk:make_key", "account_first_password", "public:add", "desk:note"} <= kept


def test_row_44_a_page_that_is_not_there_or_stays_closed_brings_no_secret_back(
    town: Town, sign_in: SignIn
) -> None:
    filed, _ = lin_files(town, matter(town, "conduct", subject=town.offices["roads"].id))
    nobodys, sealed = "/desk/cases/TT-0000-0000-0/1/note/", f"/desk/cases/{filed.filing.reference}/1/note/"
    for client, path, status in (
        (sign_in("zhou"), nobodys, 404),
        (sign_in("qin", keys=False), sealed, 403),
    ):
        answer = client.post(path, {**MARKERS, "text": WORDS})
        page = answer.content.decode()
        assert answer.status_code == status
        assert WORDS in page
        assert [secret for secret in MARKERS.values() if secret in page] == []


@pytest.mark.parametrize("name", sorted(SECRET))
def test_row_44_a_form_that_came_too_soon_holds_no_secret(town: Town, name: str) -> None:
    request = RequestFactory().post("/desk/", {"text": WORDS, name: MARKERS[name]})
    assert MARKERS[name] not in too_many(request, 30).content.decode()
    assert WORDS in too_many(RequestFactory().post("/desk/", {"text": WORDS}), 30).content.decode()
