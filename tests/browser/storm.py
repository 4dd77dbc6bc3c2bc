"""A storm, cleared by one officer in a real browser: 160 people about three causes, three texts.

``python -m tests.browser.storm [--postgres]`` does it on an instance of its own behind the real server and prints
what it took. The hand's part is reckoned by the keystroke-level model (Card, Moran and Newell 1980), the rest measured.
"""

import sys
import time
from argparse import ArgumentParser

from playwright.sync_api import Page, Request, expect, sync_playwright

from tests.chromium import MISSING, SWITCHES, find_chromium

STORM = (70, 50, 40)
FOUND = "昨夜大风，全镇停电，到现场看了。"
DECIDED = "{地点}已经恢复，原因是大风刮断了线。"
# Seconds: to think of the next step, point at it and press (1.35 + 1.1 + 0.2); to lay the hands on the keys; for one
# key of somebody who types as most do. A Chinese character takes three keys.
PRESS, HANDS, KEY, KEYS_A_CHARACTER = 2.65, 0.4, 0.28, 3
PASSWORD = "storm-of-the-tests-2026"


class Hand:
    """An officer's hand: it counts what it does, and what the server takes."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions, self.fields, self.characters = page, 0, 0, 0
        self.requests, self.server = 0, 0.0
        self.began = time.perf_counter()
        page.on("requestfinished", self._finished)

    def _finished(self, request: Request) -> None:
        timing = request.timing
        self.requests += 1
        self.server += max(timing["responseEnd"] - timing["requestStart"], 0) / 1000

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.actions += 1
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, what: str) -> None:
        """Follow a link."""
        self.actions += 1
        self.page.locator(what).first.click()

    def choose(self, what: str) -> None:
        """Tick a box or a choice."""
        self.actions += 1
        self.page.locator(what).check()

    def type(self, field: str, words: str) -> None:
        """Type into a field; one action whatever the length."""
        self.actions += 1
        self.fields += 1
        self.characters += len(words)
        self.page.locator(f'#form-together [name="{field}"]').fill(words)

    def told(self) -> str:
        """What it took, on one line."""
        wall = time.perf_counter() - self.began
        keys = self.fields * HANDS + self.characters * KEYS_A_CHARACTER * KEY
        by_hand = self.actions * PRESS + keys
        return (
            f"storm: {sum(STORM)} cases of {len(STORM)} causes in {self.actions} actions, "
            f"{self.characters} characters typed; "
            f"{self.requests} requests, {self.server:.1f} s of server time; {wall:.1f} s in the browser; "
            f"a hand takes {by_hand:.0f} s for it: {by_hand + wall:.0f} s with all of the waiting"
        )


def clear(hand: Hand, first_places: list[str]) -> None:
    """From the queue to three batches of answers that are out."""
    page, main = hand.page, hand.page.locator("main")
    expect(main).to_contain_text("一起答复")
    hand.follow('a[href$="/together/"]')
    for cases, place in zip(STORM, first_places, strict=True):
        expect(page.locator(".cause-link").first).to_contain_text(f"{cases}")
        hand.follow(".cause-link")
        hand.press("打开勾选的，写答复")
        hand.choose('input[name="decision"][value="explained"]')
        hand.type("found", FOUND)
        hand.type("decided", DECIDED)
        hand.press("预览每一封")
        expect(main).to_contain_text(f"{place}已经恢复")
        hand.press("送出勾选的答复")
        expect(page.locator("h1")).to_contain_text(f"{cases}件答复已经送出")
        hand.follow('main a.button[href$="/together/"]')


def filed() -> str:
    """The storm in the instance that this process entered, with one office; the user name of its officer."""
    from django.utils import timezone

    from gongshi.accounts.actors import System
    from gongshi.accounts.models import Staff
    from gongshi.accounts.queries import offices
    from gongshi.cases.actions.filing import file_filing
    from gongshi.cases.drafts import NewFiling, NewMatter
    from gongshi.cases.models import Case
    from gongshi.places.queries import aliases
    from gongshi.routing.queries import leaves
    from gongshi.safekeeping.receipts import new_receipt

    ordinary = [leaf for leaf in leaves() if leaf.kind == "request"][: len(STORM)]
    area = aliases()[0].area_id
    for number, (cases, leaf) in enumerate(zip(STORM, ordinary, strict=True)):
        for n in range(cases):
            matter = NewMatter(
                leaf.id, "昨夜起停电，孩子没法写作业。", "请修好。", area=area, place=f"{number}-{n}号"
            )
            new = NewFiling((matter,), language="zh", channel="web")
            file_filing(new, receipt=new_receipt(), actor=System("web"), at=timezone.now())
    handler = Staff.objects.filter(appointments__role="handler", appointments__valid_to=None).order_by(
        "username"
    )
    officer = handler[0]
    officer.set_password(PASSWORD)
    officer.save()
    held = officer.appointments.filter(role="handler", valid_to=None)[0]
    assert held.office_id in offices()
    Case.objects.update(office=held.office_id)
    return str(officer.username)


def main() -> int:
    """Do it, and print what it took."""
    from gongshi.config.bench import world

    given = ArgumentParser(description="A storm of 160 cases, cleared in a real browser.")
    given.add_argument("--postgres", action="store_true", help="on a real PostgreSQL")
    options, program = given.parse_args(), find_chromium()
    if program is None:
        print(MISSING, file=sys.stderr)
        return 1
    with world.instance(postgres=options.postgres) as directory:
        officer = filed()
        with world.served(directory, workers=2) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
            page = browser.new_page(
                viewport={"width": 1280, "height": 800}, locale="zh-CN", base_url=f"http://{served.host}/"
            )
            page.goto("desk/")
            page.locator("#id_login").fill(officer)
            page.locator("#id_password").fill(PASSWORD)
            page.locator("main form button[type=submit]").first.click()
            hand = Hand(page)
            clear(hand, [f"{number}-0号" for number in range(len(STORM))])
            print(f"{served.engine}: {hand.told()}")
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
