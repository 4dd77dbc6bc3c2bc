"""Mail as it really comes: charsets that lie, bytes in headers, HTML alone, and what was made to confuse."""

import random
import time
from email.message import EmailMessage

import pytest

from gongshi.formats.mail import Mail, Unreadable, read_mail, read_top
from gongshi.formats.mail.charsets import decoded
from gongshi.formats.mail.markup import words_of

TEXT = "镕基路的路灯坏了，夜里看不见。"


def raw(body: bytes, kind: str = "text/plain", charset: str = "", subject: bytes = b"hello") -> bytes:
    label = f'; charset="{charset}"' if charset else ""
    head = f"From: Lin <lin@example.org>\r\nMessage-ID: <a@b>\r\nContent-Type: {kind}{label}\r\n".encode()
    return head + b"Subject: " + subject + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("gb18030", "GB18030"),
        ("gbk", "gb2312"),
        ("gbk", "x-gbk"),
        ("gbk", ""),
        ("utf-8", "gb2312"),
        ("utf-8", "us-ascii"),
        ("utf-8", "punycode"),
        ("gb18030", "no-such-charset"),
        ("utf-16", "utf-16"),
    ],
)
def test_text_is_read_whatever_its_charset_is_called(written: str, declared: str) -> None:
    assert read_mail(raw(TEXT.encode(written), charset=declared)).text == TEXT


@pytest.mark.parametrize(
    "subject",
    [
        "路灯".encode(),
        "路灯".encode("gb18030"),
        b"=?utf-8?B?6Lev54Gv?=",
        b"=?utf-8?B?6Lev?=\r\n =?utf-8?B?54Gv?=",
    ],
)
def test_a_subject_is_read_encoded_or_not(subject: bytes) -> None:
    assert read_top(raw(b"", subject=subject)).subject == "路灯"


def test_an_address_within_a_name_is_none() -> None:
    top = read_top(b"From: =?utf-8?B?dmljdGltQHgub3JnLA==?= <lin@example.org>\r\n\r\n")
    assert (top.sender, top.name) == ("lin@example.org", "victim@x.org,")
    assert read_top(b"From: a@b.org, c@d.org\r\n\r\n").sender == ""
    assert read_top(b"From: a@b.org\r\nFrom: c@d.org\r\n\r\n").sender == ""


def test_html_alone_becomes_lines_and_quotes_stay_marked() -> None:
    html = (
        "<html><head><title>x</title><style>p{}</style></head><body><p>路灯&nbsp;坏了</p><div>在桥头<br>东边</div>"
        "<ul><li>一</li><li>二</li></ul><script>bad()</script><blockquote>旧的<br>话</blockquote></body></html>"
    )
    found = read_mail(raw(html.encode(), kind="text/html", charset="utf-8")).text
    assert found.split("\n") == ["路灯 坏了", "", "在桥头", "东边", "- 一", "- 二", "> 旧的", "> 话"]


def test_of_alternatives_the_plain_one_is_read_unless_it_is_empty() -> None:
    for plain, read in (("写的", "写的"), (" \n", "网页")):
        message = EmailMessage()
        message["From"] = "lin@example.org"
        message.set_content(plain)
        message.add_alternative("<p>网页</p>", subtype="html")
        assert read_mail(message.as_bytes()).text.strip() == read


def test_attached_is_what_is_no_text_of_the_letter() -> None:
    message = EmailMessage()
    message["From"] = "lin@example.org"
    message.set_content("看附件")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="证明.pdf")
    message.add_attachment("noted", subtype="plain", filename="note.txt")
    found = read_mail(message.as_bytes())
    assert [(one.name, one.inline) for one in found.files] == [("证明.pdf", False), ("note.txt", False)]
    assert (found.text.strip(), found.files[0].data) == ("看附件", b"%PDF-1.7")


def test_what_a_mail_answers_is_named_nearest_first() -> None:
    top = read_top(b"In-Reply-To: <c@x>\r\nReferences: <a@x> <b@x>\r\n <c@x>\r\n\r\n")
    assert top.earlier == ("c@x", "b@x", "a@x")


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        (raw(b"...", kind="application/pkcs7-mime"), "encrypted"),
        (raw(b"--x\r\n\r\nhello\r\n--x--", kind='multipart/encrypted; boundary="x"'), "encrypted"),
        (raw(b"--x\r\n--x--", kind='multipart/mixed; boundary="x"'), "empty"),
        (raw(bytes(range(128, 256)) * 20, charset="utf-8"), "broken"),
    ],
)
def test_nothing_is_made_of_what_cannot_be_read(mail: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read_mail(mail)


def test_mail_that_was_made_to_confuse_is_read_or_refused_at_once() -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3_000)
    )
    evil = [
        nested,
        *(
            raw(one * 100_000, kind="text/html")
            for one in (
                b"<",
                b"<!--",
                b"<a ",
                b"<a b='",
                b"<![CDATA[",
                b"<div>",
                b"</",
                b"<a a\t",
                b"<style>",
            )
        ),
        raw(b"&#x110000;" * 50_000, kind="text/html"),
        b"From: " + b"<a@b>," * 100_000 + b"\r\n\r\n",
        b"References: " + b"<" * 500_000 + b"\r\n\r\n",
        b"Subject: " + b"=?utf-8?B?" * 50_000 + b"\r\n\r\n",
        raw(b"x", charset="utf-8\x00"),
        b"\xff" * 100_000,
    ]
    random.seed(1)
    evil += [random.randbytes(2_000) for _ in range(50)]
    started = time.process_time()
    for one in evil:
        try:
            found = read_mail(one)
        except Unreadable:
            continue
        assert isinstance(found, Mail)
        assert "\x00" not in found.text + found.subject
    assert time.process_time() - started < 8


def test_control_characters_are_dropped() -> None:
    assert decoded(b"a\x00b\x1b[0m\tc\nd") == "ab[0m\tc\nd"
    assert words_of("<p>a&#0;b</p>").replace("\ufffd", "") == "ab"
