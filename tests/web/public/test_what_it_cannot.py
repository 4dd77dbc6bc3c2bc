"""The page that says what is not protected: every point of the threat model, under its number, in both languages."""

import re

import pytest

from gongshi.cases.actions.erasure import DAYS_TO_THINK
from tests.structure.source import ROOT
from tests.web.public.walker import Walker

# Each point by words of it: in the threat model; on the page who it is and what they can do, 中文, then English.
POINTS = (
    (
        "controls the live server",
        ("控制着这台服务器", "改程序"),
        ("controls this server", "Change the program"),
    ),
    (
        "*and* the key file",
        ("连钥匙文件", "一般的来件全都读得到"),
        ("the key file too", "every ordinary matter"),
    ),
    ("holds the receipt", ("拿到您回执", "分不出"), ("gets your receipt", "cannot tell you apart")),
    ("Against coercion", ("逼您的人", "逼您撤回"), ("puts pressure on you", "make you withdraw")),
    ("people who may read", ("看过您来件", "收不回"), ("Staff who have read it", "nothing makes it unread")),
    ("recognised by content", ("认得出您", "照片里"), ("recognises you", "what a photo shows")),
    ("in the clear for the work", ("偷走数据库", "数得出"), ("thief of the database", "can count")),
    ("the resident's side", ("手机、电脑", "每个字"), ("Your phone", "sees every key")),
    ("After it left", ("存过副本", "别人存下的收不回"), ("kept a copy", "stays with them")),
    ("a while after erasure", ("钥匙备份", "还打得开"), ("backup of the keys", "still open what was erased")),
    ("a large flood", ("堵住线路", "谁也打不开"), ("floods the line", "unreachable for everybody")),
    (
        "malicious dependency",
        ("别人写的程序", "发现不了"),
        ("software that others wrote", "nothing here would notice"),
    ),
    (
        "a letter by mail",
        ("管邮箱", "取走以前"),
        ("runs a mailbox", "until it is collected"),
    ),
)


def shown(walker: Walker, language: str) -> list[tuple[int, str, str, str]]:
    """The rows of the page: number, who, what they can do, what to do about it."""
    page = walker.get(f"{language}/what-it-cannot-protect/").page
    rows = []
    for row in page.select("main tbody tr"):
        who, can, advice = (cell.get_text(" ", strip=True) for cell in row.select("th, td"))
        number, _, name = who.partition(". ")
        rows.append((int(number), name, can, advice))
    return rows


def test_the_threat_model_has_these_points() -> None:
    page = (ROOT / "docs" / "security" / "threat-model.md").read_text(encoding="utf-8")
    listed = page[page.index("## What is not protected") : page.index("## What is worth protecting")]
    points = re.findall(r"^(\d+)\. (.*(?:\n   .*)*)", listed, re.MULTILINE)
    assert [int(number) for number, _ in points] == list(range(1, len(POINTS) + 1))
    for (number, text), (words, *_) in zip(points, POINTS, strict=True):
        assert words in " ".join(text.split()), number


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "place"), [("", 1), ("/en", 2)], ids=["zh", "en"])
def test_the_page_has_each_under_its_number(walker: Walker, language: str, place: int) -> None:
    rows = shown(walker, language)
    assert [number for number, *_ in rows] == list(range(1, len(POINTS) + 1))
    for (number, who, can, advice), point in zip(rows, POINTS, strict=True):
        named, told = point[place]
        assert (named in who, told in can, len(advice) > 8) == (True, True, True), number
    assert str(DAYS_TO_THINK) in rows[3][3]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said"), [("", "没有钥匙文件的人"), ("/en", "but not of the key file")], ids=["zh", "en"]
)
def test_no_more_is_promised_of_stolen_copies_than_holds(walker: Walker, language: str, said: str) -> None:
    """With the key file, every ordinary matter can be read; what was published is plain in any copy."""
    thieves = walker.get(f"{language}/what-it-cannot-protect/").page.select_one("main .section-small li")
    assert thieves is not None
    assert said in thieves.get_text()
    assert ("本来就公开" if not language else "public anyway") in thieves.get_text()
