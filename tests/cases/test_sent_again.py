"""What is added twice under one key is added once, at whichever door; other words are never lost for it."""

import pytest

from gongshi.cases.actions import conversation
from gongshi.cases.actions.conversation import add_to_case
from gongshi.cases.models import Attachment, Case, History, Message
from gongshi.cases.sent_again import new_key, opened_key
from gongshi.places.snapshots import forget
from gongshi.safekeeping.tokens import TokenError, visit_token
from tests.casework import picture
from tests.cast import NOW, Town, case_of, lin_files, resident
from tests.clock import local
from tests.web.public.walker import Walker, files_a_report

pytestmark = pytest.mark.django_db
LATER = local("2026-03-02 11:00")


def test_the_same_under_one_key_is_added_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    filed, receipt = lin_files(town)
    case, who, once = case_of(filed), resident(filed), opened_key(new_key(NOW), LATER)
    assert once

    def add(text: str, *files: object, key: bytes | None = once) -> tuple[int, int]:
        chosen = [("坑.png", picture()) for _ in files]
        add_to_case(Case.objects.get(pk=case.pk), text, chosen, actor=who, at=LATER, once=key)
        return Message.objects.count(), Attachment.objects.count()

    assert [add("更大了。"), add("更大了。"), add("又下雨了。")] == [(1, 0), (1, 0), (2, 0)]
    assert [add("", 1), add("", 1), add("更大了。", 1), add("更大了。", 1)] == [
        (2, 1),
        (2, 1),
        (3, 2),
        (3, 2),
    ]
    assert add("更大了。", key=opened_key(new_key(NOW), LATER)) == (4, 2)
    assert add("更大了。", key=None) == (5, 2)
    # Two at the same moment: the first look finds nothing, the one behind the lock does.
    real, looks = conversation.is_there, []
    monkeypatch.setattr(conversation, "is_there", lambda *a: looks.append(1) or (len(looks) > 1 and real(*a)))
    before = History.objects.count()
    assert add("更大了。") == (5, 2)
    assert (len(looks), History.objects.count()) == (2, before)
    for wrong in ("x", visit_token(filed.filing.id, filed.receipt_id, receipt)):
        with pytest.raises(TokenError):
            opened_key(wrong, LATER)


def test_pressing_twice_on_the_page_adds_once(town: Town) -> None:
    forget()
    walker = Walker()
    files_a_report(walker)
    page = walker.get("/filing/")
    data = {**page.fields(page.form("#form-add form")), "text": "又下雨了。"}
    assert [walker.client.post("/filing/1/add/", data).status_code for _ in range(2)] == [303, 303]
    assert Message.objects.count() == 1
    # Words that could not be taken in come back with the same key, so that pressing once more is still the same.
    wrong = walker.client.post("/filing/1/add/", {**data, "text": "\x01"})
    assert (wrong.status_code, str(data["key"][0]) in wrong.content.decode()) == (422, True)
