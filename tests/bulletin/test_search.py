"""Finding answer pages: the same on every database, by stored tokens, in a fixed number of statements."""

import pytest

from gongshi.bulletin.actions.pages import withdraw_page, write_page
from gongshi.bulletin.models import PageToken
from gongshi.bulletin.queries import pages_found, pages_offered
from gongshi.rules.retrieval import weights
from gongshi.words import pair
from tests.bulletin.pages import draft, show
from tests.cast import NOW, Town
from tests.real.hits import ranked
from tests.statements import captured

pytestmark = pytest.mark.django_db

PAGES = {
    "household": (
        "孩子刚出生，怎么上户口？",
        "How do I register a newborn child?",
        "带出生证明到派出所。",
        "Bring the certificate of birth.",
    ),
    "card": (
        "身份证丢了怎么补办？",
        "My identity card is lost: how do I get a new one?",
        "带户口簿到任何派出所。",
        "Any police station; bring the household register.",
    ),
    "shop": (
        "想开早餐店，要办哪些证？",
        "Which permits do I need to open a breakfast shop?",
        "营业执照和食品许可证。",
        "A business licence and a food permit.",
    ),
    "fund": (
        "租房能不能提取公积金？",
        "Can I withdraw the housing fund to pay rent?",
        "可以，每月最多1200元。",
        "Yes, up to 1,200 yuan a month.",
    ),
    "hall": (
        "大厅中午上班吗？",
        "Is the hall open at midday?",
        "每天都开，打12345也行。",
        "Every day; or call 12345.",
    ),
}


@pytest.fixture
def codes(town: Town) -> dict[str, str]:
    """The pages by what they are called here."""
    found = {}
    for name, (zh, en, answer_zh, answer_en) in PAGES.items():
        page = show(town, question=pair(zh, en), answer=pair(answer_zh, answer_en), fee={})
        found[page.code] = name
    return found


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("我家孩子上个月出生，户口怎么上", "household"),
        ("补办身份证", "card"),
        ("ＷＨＩＣＨ ＰＥＲＭＩＴ for a Breakfast shop", "shop"),
        ("permits", "shop"),
        ("公积金", "fund"),
        ("12345", "hall"),
    ],
)
def test_the_right_page_comes_first(codes: dict[str, str], question: str, first: str) -> None:
    found = [codes[one.shown.page.code] for one in pages_found(question)]
    assert found[0] == first


@pytest.mark.parametrize("question", ["", "？！", "xyzzy", "龘", "a"])
def test_what_no_page_holds_finds_nothing(codes: dict[str, str], question: str) -> None:
    assert pages_found(question) == []
    assert pages_offered(question) == []


def test_a_page_is_offered_only_when_it_is_close(codes: dict[str, str]) -> None:
    offered = pages_offered("孩子刚出生，想上户口，要带什么？")
    assert codes[offered[0].page.code] == "household"
    assert "fund" not in {codes[one.page.code] for one in offered}
    assert pages_offered("楼下的狗每天晚上叫个不停") == []


def test_drafts_and_withdrawn_pages_are_not_found(town: Town, codes: dict[str, str]) -> None:
    page = next(one.shown.page for one in pages_found("公积金"))
    write_page(
        page, draft(question=pair("摩托车上牌", "Motorcycles")), seen=2, actor=town.actor("he"), at=NOW
    )
    assert pages_found("摩托车") == []
    withdraw_page(page, seen=3, actor=town.actor("he"), at=NOW)
    assert pages_found("公积金") == []


def test_tokens_are_those_of_what_is_shown(town: Town) -> None:
    page = show(town, question=pair("户口", "Register"), answer=pair("派出所", "Police"), fee={})
    rows = PageToken.objects.filter(page=page).order_by("language", "token")
    assert list(rows.values_list("language", "token")) == [
        ("en", "polic"),
        ("en", "regist"),
        *(("zh", token) for token in sorted(["户口", "户", "口", "派出", "出所"])),
    ]


def test_a_search_takes_four_statements(codes: dict[str, str]) -> None:
    with captured() as statements:
        assert pages_found("孩子刚出生怎么上户口，带什么证" * 20)
    assert len(statements) == 4
    # What is read of tokens stands in their index, and is narrowed once: narrowed twice, PostgreSQL expects hardly any.
    of_tokens = [sql for sql in statements if "bulletin_pagetoken" in sql]
    assert len(of_tokens) == 2
    for sql in of_tokens:
        assert sql.count('"bulletin_pagetoken"."token" IN (') == 1
        assert '"bulletin_pagetoken"."id"' not in sql


def test_what_is_measured_is_what_the_database_finds(town: Town) -> None:
    """tests/real/hits.py ranks in memory."""
    shown = [
        show(town, question=pair(zh, en), answer=pair(answer, "x"), fee={})
        for zh, en, answer, _ in PAGES.values()
    ]
    stored = {number: weights(zh, [answer]) for number, (zh, _, answer, _) in enumerate(PAGES.values())}
    order = {page.id: number for number, page in enumerate(shown)}
    for question in (
        "孩子上户口要带什么证明？",
        "身份证在派出所补办吗",
        "每月提取多少公积金",
        "营业执照",
        "证",
    ):
        found = [(order[one.shown.page_id]) for one in pages_found(question)]
        assert found == ranked(question, stored), question
        assert found, question
