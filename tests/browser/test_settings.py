"""An administrator changes a routing rule: the try-out, the reason, the change, and taking it back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gongshi.accounts.models import Staff
from gongshi.routing.models import RoutingRule
from tests.browser.walks import signs_in
from tests.cast import PASSWORD
from tests.clock import Clock as Time
from tests.factors import give_factors
from tests.packs.test_loading import case_of, filed
from tests.revisions.conftest import load_newtown

pytestmark = pytest.mark.browser


def test_an_administrator_changes_a_rule_and_undoes_it(
    transactional_db: None,
    clock: Time,
    page_at: Callable[..., Page],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
) -> None:
    load_newtown()
    ada = Staff.objects.get(username="ada")
    ada.set_password(PASSWORD)
    ada.save()
    give_factors(ada)
    case = case_of(filed("pothole", at=clock()))
    page = page_at(360, "en", expected=(422,))
    signs_in(page, "ada", "desk/settings/")
    page.get_by_role("link", name="Set up your place").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("link", name="Enter the numbers").click()
    page.goto("desk/settings/")
    page.get_by_role("link", name="Routing rules").click()
    page.get_by_role("link", name="Roads belong to the street's own office.").click()
    page.get_by_label("One office").check()
    page.get_by_label("Which office").select_option(label="Town hall")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Of the last 1, 1 would have gone elsewhere:")).to_be_visible()
    row = page.locator("tbody tr").first
    expect(row).to_contain_text(case.filing.reference)
    expect(row).to_contain_text("East office")
    axe(page)
    fits(page)
    assert RoutingRule.objects.get(code="streets").office is None
    page.get_by_role("button", name="Make the change").click()
    expect(page.get_by_text("Please fill this in.").first).to_be_visible()
    page.get_by_label("Why it is changed").fill("Decided on 2 March")
    page.get_by_role("button", name="Make the change").click()
    expect(page.get_by_text("It is changed")).to_be_visible()
    assert RoutingRule.objects.select_related("office").get(code="streets").office.code == "hall"
    case.refresh_from_db()
    assert case.office.code == "east-office"
    page.goto("desk/settings/history/")
    expect(page.get_by_text("Decided on 2 March")).to_be_visible()
    page.get_by_role("link", name="Undo").first.click()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Why it is changed").fill("Taken back")
    page.get_by_role("button", name="Make the change").click()
    expect(page.get_by_text("undone", exact=True)).to_be_visible()
    assert RoutingRule.objects.get(code="streets").office is None
    for path in ("areas/", "areas/of/east/", "areas/of/east/remove/", "templates/of/lamp-mended/"):
        page.goto(f"desk/settings/{path}")
        axe(page)
        fits(page)
    page.get_by_label("Name (English)").fill("Lamp mended today")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("The lamp at 1 Sample Road is mended.")).to_be_visible()
    axe(page)
    fits(page)
