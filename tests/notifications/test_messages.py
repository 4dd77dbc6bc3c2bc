"""A notice says that something happened to a filing, and never what."""

import itertools

import pytest
from pytest_django.fixtures import Settings

from gongshi.notifications.messages import MESSAGES, address, render
from tests.notifications.conftest import REFERENCE

# About what an office announced to everybody, and about no filing.
PUBLIC = {"over"}
# About a letter by mail that was not taken in.
HELD = {one for one in MESSAGES if one.startswith("held_")}
# About a letter by mail of which some attachments were not.
IN_PART = {"added_partly"}
# To staff, about their own work.
TO_STAFF = {"digest", "receiver_off"}
ABOUT_FILINGS = sorted(MESSAGES.keys() - PUBLIC - HELD - IN_PART - TO_STAFF)
EVERY = list(itertools.product(ABOUT_FILINGS, ("email", "sms"), ("zh", "en")))
# What would tell a stranger who sees a lock screen what the filing is about or where it stands.
TELLING = [
    "答复", "结案", "转办", "督办", "受理", "延期", "逾期", "投诉", "举报", "办理", "承办",
    "answer", "close", "accept", "late", "extend", "supervis", "complain", "office", "reopen", "publish",
]  # fmt: skip


@pytest.mark.parametrize(("template", "channel", "language"), EVERY)
def test_text_names_the_reference_and_the_address_and_never_what_happened(
    template: str, channel: str, language: str, settings: Settings
) -> None:
    settings.BASE_URL = "https://gongshi.example"
    text = render(template, channel=channel, language=language, reference=REFERENCE)
    whole = text.subject + text.body
    assert REFERENCE in text.body
    assert "https://gongshi.example/" in text.body
    assert [word for word in TELLING if word in whole.lower()] == []
    assert "{" not in whole


@pytest.mark.parametrize(("channel", "language"), list(itertools.product(("email", "sms"), ("zh", "en"))))
def test_all_that_can_happen_reads_alike(channel: str, language: str) -> None:
    texts = {
        render(template, channel=channel, language=language, reference=REFERENCE)
        for template in ABOUT_FILINGS
        if template not in ("reminder", "claim", "mail_taken", "mail_partly")
    }
    assert len(texts) == 1


@pytest.mark.parametrize(("channel", "language"), list(itertools.product(("email", "sms"), ("zh", "en"))))
def test_a_claim_code_comes_with_where_it_is_good_for(
    channel: str, language: str, settings: Settings
) -> None:
    settings.BASE_URL = "https://gongshi.example"
    text = render(
        "claim", channel=channel, language=language, reference=REFERENCE, code="7G2K-M4QX-0V9T-3NRB"
    )
    assert "7G2K-M4QX-0V9T-3NRB" in text.body
    assert f"{address(language)}claim/" in text.body
    assert "7G2K" not in text.subject


@pytest.mark.parametrize(("default", "zh", "en"), [("zh-hans", "", "en/"), ("en", "zh-hans/", "")])
def test_address_is_the_settings_own_in_the_readers_language(
    default: str, zh: str, en: str, settings: Settings
) -> None:
    settings.BASE_URL = "https://gongshi.example"
    settings.LANGUAGE_CODE = default
    assert address("zh") == f"https://gongshi.example/{zh}"
    assert address("en") == f"https://gongshi.example/{en}"


def test_text_message_fits_one_part() -> None:
    """A text in 中文 has 70 characters to a part (3GPP TS 23.040); the address takes what is left."""
    body = render("answered", channel="sms", language="zh", reference=REFERENCE).body
    assert len(body) - len(address("zh")) <= 45


@pytest.mark.parametrize(("channel", "language"), list(itertools.product(("email", "sms"), ("zh", "en"))))
def test_that_something_public_is_over_is_said(channel: str, language: str, settings: Settings) -> None:
    settings.BASE_URL = "https://gongshi.example"
    text = render("over", channel=channel, language=language, reference="停水", path="notices/a-b/")
    assert "停水" in text.body
    assert address(language) + "notices/a-b/" in text.body
    assert [word for word in ("回执", "receipt") if word in text.body] == []


def test_unknown_notice_is_refused() -> None:
    with pytest.raises(KeyError):
        render("gossip", channel="sms", language="zh", reference=REFERENCE)


@pytest.mark.parametrize(("template", "language"), list(itertools.product(sorted(HELD), ("zh", "en"))))
def test_who_wrote_in_vain_is_told_what_to_do_and_where(
    template: str, language: str, settings: Settings
) -> None:
    settings.BASE_URL = "https://gongshi.example"
    text = render(template, channel="email", language=language, reference="")
    assert "https://gongshi.example/" in text.body
    assert ("没有登记" if language == "zh" else "not registered") in text.subject
    assert "{" not in text.subject + text.body


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_letter_by_mail_is_answered_with_its_code_and_where_it_would_be_safer(
    language: str, settings: Settings
) -> None:
    settings.BASE_URL = "https://gongshi.example"
    more = {"reference": REFERENCE, "code": "7G2K-M4QX-0V9T-3NRB", "left_out": "2, 4"}
    texts = [
        render(one, channel="email", language=language, **more).body for one in ("mail_taken", "mail_partly")
    ]
    assert all("7G2K-M4QX-0V9T-3NRB" in text and "claim/" in text for text in texts)
    assert all(("密封" if language == "zh" else "sealed") in text for text in texts)
    assert [("PDF" in text) for text in texts] == [False, True]
    assert [("2, 4" in text) for text in texts] == [False, True]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whose_attachments_were_not_taken_reads_which_and_where_to_add_them(
    language: str, settings: Settings
) -> None:
    settings.BASE_URL = "https://gongshi.example"
    text = render("added_partly", channel="email", language=language, reference="", left_out="2, 4")
    assert "2, 4" in text.body
    assert "https://gongshi.example/" in text.body
    assert "{" not in text.subject + text.body
