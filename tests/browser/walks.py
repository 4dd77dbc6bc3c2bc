"""Walks through the pages that many journeys share: filing, opening a filing, signing in."""

from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from gongshi.accounts.models import Staff
from gongshi.cases.models import Case
from tests.cast import PASSWORD, Town
from tests.factors import unused_code

TEXT = "老桥东头的路灯坏了四天，晚上什么也看不见。\n昨晚有人摔倒。"
WISH = "请这周修好。"
ENGLISH = "The lamp at the east end of the old bridge has been dark for four days."


def photo(side: int = 60) -> dict[str, Any]:
    """A photo as a file of the form."""
    target = BytesIO()
    Image.new("RGB", (side, side), (90, 120, 90)).save(target, "JPEG")
    return {"name": "路灯.jpg", "mimeType": "image/jpeg", "buffer": target.getvalue()}


def the_case(number: int = 1, reference: str = "") -> Case:
    """A matter of the only filing, or of the one with that reference, fresh from the database."""
    found = Case.objects.select_related("filing", "promise", "office", "lead")
    return (found.filter(filing__reference=reference) if reference else found).get(number=number)


def button(page: Page, name: str) -> Any:
    """The button that somebody sees under this name."""
    return page.get_by_role("button", name=name, exact=True)


def to_where(page: Page, *, kind: str = "pothole", door: str = "broken") -> None:
    """From the home page to the step "where"."""
    page.goto("")
    page.locator(f'a.door[href$="door={door}"]').click()
    page.locator(f"#kind-{kind}").check()
    page.locator("button.button-large").click()


def shown_receipt(page: Page) -> tuple[str, str]:
    """Reference and receipt as the page shows them."""
    reference = page.locator(".receipt-code").first.inner_text().strip()
    return reference, "-".join(page.locator("#receipt span").all_inner_texts())


def files(page: Page, *, kind: str = "pothole", text: str = TEXT, publish: bool = False) -> tuple[str, str]:
    """The shortest filing, no place and no contact; returns reference and receipt with the filing open."""
    to_where(page, kind=kind)
    page.locator('button[value="none"]').click()
    page.locator("#id_text-1").fill(text)
    page.locator("button.button-large").click()
    if publish:
        page.locator("#public-1-yes").check()
    page.locator('button[name="go"][value="send"]').click()
    found = shown_receipt(page)
    page.locator("main form button.button-large").click()
    return found


def opens(page: Page, reference: str, receipt: str) -> None:
    """Open a filing with its two codes."""
    page.goto("open/")
    page.locator("#id_reference").fill(reference)
    page.locator("#id_receipt").fill(receipt)
    page.locator("main button.button-large").click()


def signs_in(page: Page, name: str, target: str = "desk/") -> None:
    """A member of staff signs in, in two steps, and is at ``target``, where the scripts listen already."""
    page.goto(target)
    page.locator("#id_login").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.locator("#id_code").fill(unused_code(Staff.objects.get(username=name)))
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".desk-tools form")).to_be_visible()
    page.wait_for_load_state()  # what listens to keys comes after the words


def at_case(page: Page, case: Case) -> str:
    """The address of a case at the desk, in the page's language."""
    return f"desk/cases/{case.filing.reference}/{case.number}/"


def answered(town: Town, case: Case, at: Any) -> None:
    """The office accepts, if it has not, and answers that it is done."""
    from gongshi.cases.actions.answers import NewAnswer, send_answer
    from gongshi.cases.actions.moves import make_move

    if case.stage == "received":
        make_move(case, "accept", actor=town.actor("zhou"), at=at)
    said = NewAnswer(
        "done", found="灯泡坏了，线路完好。", found_on=at.date(), decided="已经换好。", call="道路所 0000-1"
    )
    send_answer(the_case(case.number), "answer", said, actor=town.actor("zhou"), at=at)
