"""What `gongshi init` takes for an answer, and what it says of others."""

from dataclasses import replace
from pathlib import Path

import pytest

from gongshi.config.founding.answers import QUESTIONS, Answers, Unusable, answered
from gongshi.config.packs import read_checked

PACK = read_checked(Path(__file__).resolve().parents[3] / "packs" / "qinghe")
START = Answers(PACK, Path("/srv/town"), base_url="https://town.example", database="postgresql://u:p@h/main")
BY_NAME = {question.name: question for question in QUESTIONS}


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("base_url", "https://Town.Example/", "https://town.example"),
        ("base_url", "town.example", "https://town.example"),
        ("base_url", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("trusted_proxies", "2", "2"),
        ("database", "", ""),
        ("wraps_database", "postgresql://u:p@h/wraps", "postgresql://u:p@h/wraps"),
        ("smtp_url", "smtps://u:p@mail.example:465", "smtps://u:p@mail.example:465"),
        ("mail_from", " notices@town.example ", "notices@town.example"),
        ("time_zone", "Asia/Urumqi", "Asia/Urumqi"),
        ("administrator", "tao.ran", "tao.ran"),
        ("administrator_office", "service-data", "service-data"),
        ("port", "8001", "8001"),
    ],
)
def test_usable_answers(name: str, text: str, kept: str) -> None:
    assert getattr(answered(START, BY_NAME[name], text), name) == kept


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("base_url", ""),
        ("base_url", "http://town.example"),
        ("base_url", "ftp://town.example"),
        ("base_url", "https://town.example/gongshi"),
        ("base_url", "https://user@town.example"),
        ("base_url", "https://town.example:99999"),
        ("base_url", "https://镇.example"),
        ("trusted_proxies", "0"),
        ("trusted_proxies", "-1"),
        ("trusted_proxies", "all"),
        ("database", "mysql://u:p@h/x"),
        ("wraps_database", "postgresql://u:p@h/main"),
        ("smtp_url", "smtp://mail.elsewhere.example"),
        ("mail_from", "Town <notices@town.example>"),
        ("sms_url", "http://gateway.example"),
        ("time_zone", "Beijing"),
        ("time_zone", "../../etc/passwd"),
        ("administrator", "Tao Ran"),
        ("administrator", "root;"),
        ("administrator_name", ""),
        ("administrator_office", "no-such-office"),
        ("system_user", "root"),
        ("system_user", "a b"),
        ("port", "80"),
    ],
)
def test_unusable_answers_are_explained_in_both_languages(name: str, text: str) -> None:
    with pytest.raises(Unusable) as refused:
        answered(START, BY_NAME[name], text)
    zh, _, en = str(refused.value).partition(" / ")
    assert any("\u4e00" <= character <= "\u9fff" for character in zh)
    assert en.isascii() or any(word in en for word in PACK.place.name.values())


def test_no_refusal_repeats_a_password() -> None:
    for name in ("database", "smtp_url", "sms_url"):
        with pytest.raises(Unusable) as refused:
            answered(START, BY_NAME[name], "xyz://user:hunter2-secret@host/x")
        assert "hunter2" not in str(refused.value)


def test_every_default_is_usable() -> None:
    for base_url in ("https://town.example", "http://127.0.0.1:8000"):
        answers = replace(START, base_url=base_url)
        for question in QUESTIONS[1:]:
            answers = answered(answers, question, question.default(answers))
        assert answers.administrator == "tao.ran"


def test_a_place_without_administrators_has_a_default_too() -> None:
    bare = replace(START, pack=replace(PACK, staff=()))
    for question in QUESTIONS:
        bare = answered(bare, question, question.default(bare))
    assert (bare.administrator, bare.administrator_office) == ("admin", "service-data")
