"""The switch for the weekly mail on one's account page."""

import pytest

from gongshi.cases.models import DigestWish
from tests.cast import Town
from tests.web.desk.helpers import SignIn, text

pytestmark = pytest.mark.django_db


def test_the_switch_stands_on_for_leads(town: Town, sign_in: SignIn) -> None:
    for who, on in (("he", True), ("zhou", False)):
        assert sign_in(who).get("/desk/account/").context["digest"].initial == {"wanted": on}
    assert sign_in("su").get("/desk/account/").context["digest"] is None


def test_it_is_kept_changed_and_forgotten(town: Town, sign_in: SignIn) -> None:
    client = sign_in("he")
    client.post("/desk/account/digest/", {"sent_to": "he@roads.example", "wanted": "on"})
    page = client.get("/desk/account/")
    assert page.context["digest"].initial == {"sent_to": "he@roads.example", "wanted": True}
    page = client.post("/desk/account/digest/", {"sent_to": "he", "wanted": "on"}, follow=True)
    assert "这个邮箱不能用" in text(page)
    client.post("/desk/account/digest/", {"sent_to": "he@roads.example"})
    assert not DigestWish.objects.get().wanted
    client.post("/desk/account/digest/", {"sent_to": ""})
    assert not DigestWish.objects.exists()
    client.post("/desk/logout/")
    assert client.post("/desk/account/digest/", {"sent_to": "x@y.example"}).status_code == 302
    assert not DigestWish.objects.exists()
