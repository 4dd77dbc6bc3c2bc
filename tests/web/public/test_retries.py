"""A double click, a lost reply, a page that lay open: one filing, one reference, and nothing lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gongshi.cases.actions.uploads import sweep_uploads
from gongshi.cases.jobs import DRAFT_FILES_KEPT
from gongshi.cases.models import Attachment, Case, Filing
from gongshi.places.snapshots import forget
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.tokens import DRAFT_AGE, draft_token
from tests.cast import Town, build_town
from tests.clock import Clock
from tests.web.public.walker import TEXT, Walker, files_a_report, photo, shown_receipt, to_text_page


def ready(walker: Walker) -> dict[str, list[str]]:
    """At the last page; what its form sends."""
    to_text_page(walker).press("go=next", {"text-1": TEXT})
    return walker.fields(walker.form())


@pytest.mark.django_db
def test_pressing_twice_gives_the_same_reference_and_receipt(town: Town, walker: Walker) -> None:
    data = ready(walker)
    seen = set()
    for _press in range(3):
        walker._arrive(walker.client.post("/file/send/", data))
        seen.add(shown_receipt(walker))
    assert len(seen) == 1
    assert Filing.objects.count() == Case.objects.count() == 1


@pytest.mark.django_db
def test_the_receipt_survives_a_lost_reply_and_a_reload_until_it_is_kept(town: Town, walker: Walker) -> None:
    first = files_a_report(walker)
    walker.get("/filed/")
    assert shown_receipt(walker) == first
    walker.press("我保存好了")
    walker.get("/filed/")
    assert walker.address == "/filing/"
    assert first[1] not in walker.response.content.decode()
    walker.get("/filed/print/")
    assert walker.address == "/filing/"


@pytest.mark.django_db
def test_words_changed_after_sending_are_not_lost_and_not_sent(town: Town, walker: Walker) -> None:
    data = ready(walker)
    walker._arrive(walker.client.post("/file/send/", data))
    reference, _ = shown_receipt(walker)
    walker._arrive(walker.client.post("/file/send/", {**data, "text-1": "后来改了的话。"}))
    assert walker.status == 409
    assert reference in walker.text
    assert "后来改了的话。" in walker.text
    assert Filing.objects.count() == 1


@pytest.mark.django_db
def test_a_draft_of_another_server_or_of_last_week_begins_anew_with_its_words(
    town: Town,
    walker: Walker,
    clock: Clock,
) -> None:
    data = ready(walker)
    clock.advance(days=4)
    walker._arrive(walker.client.post("/file/", {**data, "page": "text", "go": "upload"}))
    assert TEXT in walker.form().get_text()
    fresh = walker.fields(walker.form())["draft"]
    assert fresh != data["draft"]


def posted(walker: Walker, data: dict[str, list[str]]) -> Walker:
    """The final press of a form that lay somewhere for a while."""
    return walker._arrive(walker.client.post("/file/send/", data))


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["expired", "forged"])
def test_a_final_press_whose_draft_is_no_longer_known_is_asked_again(
    town: Town, walker: Walker, clock: Clock, wrong: str
) -> None:
    """It may be the retry of a filing whose reply was lost, which nobody can tell any more."""
    data = ready(walker)
    if wrong == "expired":
        posted(Walker(), data)
        clock.advance(seconds=DRAFT_AGE.total_seconds() + 1)
    old = data["draft"] if wrong == "expired" else ["forged"]
    before = Filing.objects.count()
    posted(walker, {**data, "draft": old})
    assert (walker.status, Filing.objects.count()) == (422, before)
    assert "可能已经收到" in walker.text
    assert TEXT in walker.text
    assert walker.form()["data-was"] == old[0]
    walker.press("go=send")
    shown_receipt(walker)
    assert Filing.objects.count() == before + 1


@pytest.mark.django_db
def test_swept_files_are_told_before_anything_is_filed(town: Town, walker: Walker, clock: Clock) -> None:
    to_text_page(walker).press("go=next", {"text-1": TEXT}, files={"files-1": photo()})
    data = walker.fields(walker.form())
    assert "坑" in walker.text
    clock.advance(days=1, seconds=1)
    sweep_uploads(timezone.now() - DRAFT_FILES_KEPT)
    posted(walker, data)
    assert (walker.status, Filing.objects.count()) == (422, 0)
    assert "选好的文件有的不在了" in walker.text
    assert TEXT in walker.text
    walker.press("修改经过").press("go=next", files={"files-1": photo()}).press("go=send")
    shown_receipt(walker)
    assert (Filing.objects.count(), Attachment.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_an_old_form_says_on_every_page_that_its_files_are_gone(
    town: Town, walker: Walker, clock: Clock
) -> None:
    to_text_page(walker).press("go=next", {"text-1": TEXT}, files={"files-1": photo()})
    clock.advance(days=4)
    walker.press("go=where")
    assert "选好的文件没有保留" in walker.text


@pytest.mark.django_db
def test_the_final_press_takes_at_most_ten_statements(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    data = ready(Walker())
    client = Client()
    client.post("/file/send/", {**data, "draft": draft_token(new_receipt())})
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.post("/file/send/", data)
    assert response.status_code == 303
    counted = [
        query["sql"]
        for query in asked.captured_queries
        if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
    ]
    assert len(counted) <= 10, counted


@pytest.fixture
def open_town(transactional_db: None, clock: Clock) -> Iterator[Town]:
    """The town in committed rows, for several threads at once."""
    forget()
    yield build_town()
    forget()


def test_twenty_at_once_make_one_filing(open_town: Town) -> None:
    data = ready(Walker())

    def send(_: int) -> tuple[int, str]:
        client = Client()
        response = client.post("/file/send/", data)
        page = client.get("/filed/").content.decode()
        connections.close_all()
        return response.status_code, page[page.index('id="receipt"') :][:400]

    with ThreadPoolExecutor(8) as pool:
        seen = set(pool.map(send, range(20)))
    assert {status for status, _ in seen} == {303}
    assert len(seen) == 1
    assert Filing.objects.count() == 1
