"""The settings that name servers are read strictly, and no error repeats the password in them."""

import pytest

from gongshi.notifications.servers import (
    Gateway,
    MailServer,
    ServerSettingError,
    gateway,
    is_near,
    mail_server,
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost", MailServer("localhost", 25, "none")),
        ("smtp://10.0.0.5:2525", MailServer("10.0.0.5", 2525, "none")),
        ("smtp://postfix", MailServer("postfix", 25, "none")),
        ("smtp+starttls://mail.example.org", MailServer("mail.example.org", 587, "starttls")),
        ("smtps://mail.example.org/", MailServer("mail.example.org", 465, "tls")),
        (
            "smtps://wang%40town:p%40ss%3Aw%2Frd@mail.example.org:4650",
            MailServer("mail.example.org", 4650, "tls", "wang@town", "p@ss:w/rd"),
        ),
    ],
)
def test_mail_servers_that_are_taken(url: str, expected: MailServer) -> None:
    assert mail_server(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://mail.example.org",
        "smtp://wang:secret@mail.example.org",
        "smtps://secret@mail.example.org",
        "smtps://:secret@mail.example.org",
        "smtps://",
        "smtps://mail.example.org:0",
        "smtps://mail.example.org:99999",
        "smtps://mail.example.org:secret",
        "smtps://mail.example.org/secret",
        "smtps://mail.example.org?tls=secret",
        "smtps://mail.example.org#secret",
        "smtps://mail.example.org\r\n",
        "smtps://mail example.org",
        "smtps://[::1",
    ],
)
def test_mail_servers_that_are_refused(url: str) -> None:
    with pytest.raises(ServerSettingError, match=r"^smtp_url: ") as caught:
        mail_server(url)
    assert "secret" not in str(caught.value)


def test_gateways_that_are_taken() -> None:
    assert gateway("https://sms.example.org") == Gateway("sms.example.org", 443, True, "/", "")
    assert gateway("http://192.168.1.20:8080/send?key=k1") == Gateway(
        "192.168.1.20", 8080, False, "/send?key=k1", ""
    )
    assert gateway("https://wang:pass@sms.example.org/send").authorization == "Basic d2FuZzpwYXNz"


@pytest.mark.parametrize(
    "url",
    [
        "http://sms.example.org/send?key=secret",
        "http://8.8.8.8/send?key=secret",
        "file:///etc/passwd",
        "gopher://sms.example.org/secret",
        "ftp://localhost/",
        "https:///send?key=secret",
        "https://sms.example.org/#secret",
        "https://sms.example.org/a b",
        "https://sms.example.org/\r\nX-Secret: secret",
    ],
)
def test_gateways_that_are_refused(url: str) -> None:
    with pytest.raises(ServerSettingError, match=r"^sms_url: ") as caught:
        gateway(url)
    assert "secret" not in str(caught.value)


def test_passwords_and_tokens_show_in_no_repr() -> None:
    assert "p4ss" not in repr(mail_server("smtps://wang:p4ss@mail.example.org"))
    assert "p4ss" not in repr(gateway("https://wang:p4ss@sms.example.org/?key=p4ss"))


@pytest.mark.parametrize(
    ("host", "near"), [("::1", True), ("127.0.0.1", True), ("172.16.3.4", True), ("gsm", True)]
)
def test_near_hosts(host: str, near: bool) -> None:
    assert is_near(host) is near
    assert not is_near("mail.example.org")
    assert not is_near("1.1.1.1")
