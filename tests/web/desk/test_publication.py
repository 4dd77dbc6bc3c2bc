"""Reviewing a copy: a look for each opening, words only taken away, and a refusal that says why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gongshi.accounts.actors import Resident
from gongshi.cases.actions.answers import send_answer
from gongshi.cases.actions.publication import give_consent, publish, take_back_consent
from gongshi.cases.actions.undoing import forget_undo
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import Case, Consent, Look, PublicCase
from tests.casework import ANSWER, ANSWERED, accepted
from tests.cast import NOW, Town, case_of, matter
from tests.web.desk.helpers import SignIn, text

pytestmark = pytest.mark.django_db
TITLE, TEXT = "老桥东头的坑", "李四家门口有个坑。\n请补好。"


@pytest.fixture
def consent(fresh: Case) -> Consent:
    """Lin Yue agreed to this copy."""
    return give_consent(fresh, PublicCopy(TITLE, TEXT), actor=lin(fresh), at=NOW)


def lin(case: Case) -> Resident:
    return Resident(case.filing_id, case.filing.receipts.get().id)


def review(consent: Consent) -> str:
    return f"/desk/publication/{consent.id}/"


def test_the_list_is_metadata_and_the_copy_a_look(sign_in: SignIn, consent: Consent) -> None:
    client = sign_in("su")
    listed = client.get("/desk/publication/")
    assert consent.case.filing.reference in text(listed)
    assert "李四" not in text(listed)
    assert Look.objects.count() == 0
    assert "李四家门口" in text(client.get(review(consent)))
    assert list(Look.objects.values_list("what", "why")) == [("copy", "publication")]


def test_words_are_only_taken_away(sign_in: SignIn, consent: Consent) -> None:
    client = sign_in("su")
    added = client.post(
        review(consent), {"act": "publish", "title": TITLE, "text": "好心的▇家门口有个坑。\n请补好。"}
    )
    assert added.status_code == 422
    assert "text" in added.context["form"].errors
    assert "好心的" in text(added)
    retitled = client.post(review(consent), {"act": "publish", "title": "别的标题", "text": TEXT})
    assert "title" in retitled.context["form"].errors
    assert PublicCase.objects.count() == 0
    good = client.post(
        review(consent), {"act": "publish", "title": TITLE, "text": "▇家门口有个坑。\r\n请补好。"}
    )
    assert good.headers["Location"] == "/desk/publication/"
    assert PublicCase.objects.get().text == "▇家门口有个坑。\n请补好。"
    assert client.get(review(consent)).status_code == 404


def test_what_is_marked_is_masked_unless_the_resident_left_it_and_can_be_written_back(
    sign_in: SignIn, fresh: Case
) -> None:
    words = "修灯的李师傅电话13800000000，站牌83838383。"
    consent = give_consent(fresh, PublicCopy(TITLE, words, ("83838383",)), actor=lin(fresh), at=NOW)
    client = sign_in("su")
    page = client.get(review(consent))
    assert page.context["form"]["text"].value() == "修灯的▇师傅电话▇，站牌83838383。"
    assert {one["words"]: one["left"] for one in page.context["marks"]} == {
        "李": False,
        "13800000000": False,
        "83838383": True,
    }
    assert "居民看过，要照原样公开" in text(page)
    back = {"act": "publish", "title": TITLE, "text": "修灯的李师傅电话▇，站牌83838383。"}
    assert client.post(review(consent), back).status_code == 302
    assert PublicCase.objects.get().text == back["text"]


def test_a_refusal_says_why(sign_in: SignIn, consent: Consent) -> None:
    client = sign_in("su")
    assert client.post(review(consent), {"act": "refuse", "reason": ""}).status_code == 422
    done = client.post(review(consent), {"act": "refuse", "reason": "会认出邻居"})
    assert done.status_code == 302
    assert Consent.objects.get().refused == "refused"
    assert PublicCase.objects.count() == 0


def test_what_was_taken_back_is_gone(sign_in: SignIn, consent: Consent, fresh: Case) -> None:
    take_back_consent(Case.objects.select_related("filing").get(pk=fresh.pk), actor=lin(fresh), at=NOW)
    client = sign_in("su")
    assert client.get(review(consent)).status_code == 404
    answer = client.post(review(consent), {"act": "publish", "title": TITLE, "text": TEXT})
    assert answer.status_code == 404
    assert PublicCase.objects.count() == 0


@pytest.fixture
def answer_waits(town: Town) -> Consent:
    """Lin Yue agreed to a copy and to answers; the copy is shown, and Zhou has answered."""
    copy = PublicCopy(TITLE, TEXT, answers=True)
    filed, case = accepted(town, matter(town, public=copy))
    found = Consent.objects.get(case=case)
    publish(found.id, copy, actor=town.actor("su"), at=NOW)
    said = replace(ANSWER, decided="李师傅补好了。")
    send_answer(case_of(filed), "answer", said, actor=town.actor("zhou"), at=ANSWERED)
    forget_undo(ANSWERED + timedelta(days=1))
    return found


def test_an_answer_is_reviewed_as_the_guard_masked_it(sign_in: SignIn, answer_waits: Consent) -> None:
    client, page = sign_in("su"), review(answer_waits) + "answer/"
    assert f'href="{page}"' in client.get("/desk/publication/").content.decode()
    shown = client.get(page)
    assert "李师傅补好了" in text(shown)
    masked = shown.context["form"]["text"].value()
    assert "▇师傅补好了" in masked
    sent = {"act": "publish", "number": "1", "text": masked}
    assert client.post(page, sent | {"text": masked + "好"}).status_code == 422
    assert client.post(page, sent | {"number": "2"}).status_code == 409
    assert PublicCase.objects.get().answer == ""
    assert client.post(page, sent).status_code == 302
    public = PublicCase.objects.get()
    assert public.answer == masked
    read = text(client.get(f"/published/{public.id}/"))
    assert "▇师傅补好了" in read
    assert "没有在此公开" not in read
    assert client.get(page).status_code == 404


def test_an_answer_is_kept_back_with_a_reason(sign_in: SignIn, answer_waits: Consent) -> None:
    client, page = sign_in("su"), review(answer_waits) + "answer/"
    assert client.post(page, {"act": "refuse", "number": "1", "reason": ""}).status_code == 422
    assert client.post(page, {"act": "refuse", "number": "1", "reason": "处处是名字"}).status_code == 302
    assert (PublicCase.objects.get().answer, client.get(page).status_code) == ("", 404)
    for name in ("zhou", "qin"):
        assert sign_in(name).get(page).status_code == 404


def test_reviewers_only(sign_in: SignIn, consent: Consent) -> None:
    for name in ("zhou", "ma", "qin", "tang"):
        client = sign_in(name)
        assert client.get("/desk/publication/").status_code == 404
        assert client.get(review(consent)).status_code == 404
        assert (
            client.post(review(consent), {"act": "publish", "title": TITLE, "text": TEXT}).status_code == 404
        )
    assert (Look.objects.count(), PublicCase.objects.count()) == (0, 0)


def test_both_languages(sign_in: SignIn, consent: Consent) -> None:
    page = text(sign_in("su").get(f"/en{review(consent)}"))
    assert "What the resident agreed to" in page
    assert "Do not show it" in page
