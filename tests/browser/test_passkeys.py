"""Passkeys in a real browser with its virtual authenticator: set up, second step, alone, once more, removed."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser.walks import signs_in
from tests.cast import PASSWORD, Town
from tests.factors import take_factors, unused_code

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture(autouse=True)
def here(live_server: Any, settings: Settings) -> None:
    """Passkeys are for the address of this server."""
    settings.BASE_URL = live_server.url


class Keys:
    """The browser's virtual authenticator: a phone that knows its owner."""

    def __init__(self, page: Page) -> None:
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable", {"enableUI": False})
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.id = made["authenticatorId"]

    def credentials(self) -> list[dict[str, Any]]:
        found = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def verifies(self, verified: bool) -> None:
        """Whether the owner's finger is the right one."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": verified})


def by_password(page: Page, name: str) -> None:
    page.goto("desk/")
    page.locator("#id_login").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()


def adds_passkey(page: Page) -> None:
    page.goto("desk/account/passkey/")
    expect(page.locator("[data-passkey-off]")).to_be_hidden()
    page.locator("#passkey-button").click()


def signs_out(page: Page) -> None:
    page.locator(".desk-tools form button").click()
    page.wait_for_url(lambda url: "/desk/" not in url)


@pytest.mark.parametrize(("width", "language"), [(360, "en")])
def test_a_passkey_from_the_first_day_on(
    town: Town, page_at: Pages, axe: Check, fits: Check, width: int, language: str
) -> None:
    """Led to the set-up, a passkey, recovery codes, then in with it alone."""
    take_factors(town.staff["zhou"])
    page = page_at(width, language)
    keys = Keys(page)
    by_password(page, "zhou")
    expect(page.locator(".notice-warning")).to_be_visible()
    for address in ("desk/account/", "desk/account/passkey/", "desk/account/app/"):
        page.goto(address)
        axe(page)
        fits(page)
    adds_passkey(page)
    expect(page.locator(".codes code")).to_have_count(10)
    axe(page)
    fits(page)
    (made,) = keys.credentials()
    assert made["rpId"] == "localhost"
    assert made["isResidentCredential"] is True
    page.locator("main .actions a.button").click()
    expect(page.locator("main h1")).to_be_visible()
    assert page.url.endswith("/desk/")
    signs_out(page)
    page.goto("desk/board/")
    page.locator("#passkey-button").click()
    page.wait_for_url("**/desk/**")
    expect(page.locator(".desk-tools form")).to_be_visible()
    page.goto("desk/account/")
    axe(page)
    fits(page)
    factor = Authenticator.objects.get(type="webauthn")
    assert factor.last_used_at is not None


def test_a_passkey_as_the_second_step_and_for_changes(town: Town, page_at: Pages, axe: Check) -> None:
    page = page_at(1280, "zh")
    Keys(page)
    signs_in(page, "zhou")
    page.goto("desk/account/passkey/")
    page.locator("#id_code").fill(unused_code(town.staff["zhou"]))
    page.locator("main form button[type=submit]").click()
    page.locator("#passkey-button").click()
    expect(page.locator(".codes code")).to_have_count(10)
    page.goto("desk/account/")
    expect(page.locator(".keys li")).to_have_count(1)
    signs_out(page)
    by_password(page, "zhou")
    axe(page)
    page.locator("#passkey-button").click()
    page.wait_for_url(lambda url: url.endswith("/desk/"))
    page.goto("desk/account/")
    page.locator(".keys a").click()
    page.wait_for_url("**/again/code/**")
    axe(page)
    page.locator('a[href*="/again/passkey/"]').click()
    axe(page)
    page.locator("#passkey-button").click()
    page.wait_for_url("**/remove/")
    axe(page)
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".keys")).to_have_count(0)
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_alone_it_must_know_its_owner(town: Town, page_at: Pages) -> None:
    take_factors(town.staff["zhou"])
    page = page_at(360, "zh")
    keys = Keys(page)
    by_password(page, "zhou")
    adds_passkey(page)
    page.locator(".codes").wait_for()
    signs_out(page)
    keys.verifies(False)
    page.goto("desk/login/")
    page.locator("#passkey-button").click()
    expect(page.locator("[data-passkey-failed]")).to_be_visible()
    keys.verifies(True)
    page.locator("#passkey-button").click()
    page.wait_for_url(lambda url: url.endswith("/desk/"))


def test_a_key_that_was_removed_is_no_longer_good(town: Town, page_at: Pages) -> None:
    take_factors(town.staff["zhou"])
    page = page_at(360, "zh")
    Keys(page)
    by_password(page, "zhou")
    adds_passkey(page)
    page.locator(".codes").wait_for()
    signs_out(page)
    Authenticator.objects.all().delete()
    page.goto("desk/login/")
    page.locator("#passkey-button").click()
    expect(page.locator(".notice-danger")).to_be_visible()
    assert "/desk/login/" in page.url


def test_another_address_of_this_server_cannot_use_it(
    town: Town, page_at: Pages, settings: Settings, live_server: Any
) -> None:
    """A neighbour under the same name (here: another port) gets the browser's answer, and it is refused."""
    take_factors(town.staff["zhou"])
    page = page_at(360, "zh")
    Keys(page)
    by_password(page, "zhou")
    adds_passkey(page)
    page.locator(".codes").wait_for()
    signs_out(page)
    settings.BASE_URL = "http://localhost:1"
    page.goto("desk/login/")
    page.locator("#passkey-button").click()
    expect(page.locator(".notice-danger")).to_be_visible()
    page.goto("desk/")
    assert "/desk/login/" in page.url


def test_without_scripts_the_app_is_enough_and_the_passkey_says_why_not(
    town: Town, page_at: Pages, axe: Check
) -> None:
    take_factors(town.staff["zhou"])
    page = page_at(360, "zh", javascript=False)
    by_password(page, "zhou")
    page.goto("desk/account/passkey/")
    expect(page.locator("#passkey-button")).to_be_hidden()
    expect(page.locator("[data-passkey-off]")).to_be_visible()
    page.goto("desk/login/")
    page.goto("desk/account/app/")
    expect(page.locator("img.totp-code")).to_be_visible()
