"""What a new instance must be told, with defaults, and what is wrong with an answer in the words of who gives it.

Nothing here needs an instance: answers are checked before anything is made.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gongshi.config.databases import database as database_settings
from gongshi.config.environment import SettingsError
from gongshi.formats.pack import Pack
from gongshi.notifications.addresses import AddressError, email_address
from gongshi.notifications.servers import ServerSettingError, gateway, mail_server
from gongshi.words import Words, pair

NEAR = ("127.0.0.1", "localhost", "::1")
LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,58}[a-z0-9]")
SYSTEM_USER = re.compile(r"[a-z_][a-z0-9_-]{0,30}")


class Unusable(ValueError):
    """An answer that cannot be used: what is wrong, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")


@dataclass(frozen=True)
class Answers:
    """Everything that a new instance is told. Texts are empty where nothing was said.

    ``place_name`` and the three after it are asked where the pack is the starter (`founding.starter`).
    """

    pack: Pack
    directory: Path
    base_url: str = ""
    trusted_proxies: str = ""
    database: str = ""
    wraps_database: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    sms_url: str = ""
    time_zone: str = ""
    administrator: str = ""
    administrator_name: str = ""
    administrator_office: str = ""
    system_user: str = ""
    port: str = ""
    place_name: str = ""
    language: str = ""
    reference_prefix: str = ""
    holidays: str = ""
    password: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """The host name that residents type."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_public(self) -> bool:
        """Whether residents reach it over https."""
        return self.base_url.startswith("https://")


@dataclass(frozen=True)
class Question:
    """One thing to ask: its field in `Answers`, its words, its default, and the check that makes an answer usable."""

    name: str
    words: Words
    default: Callable[[Answers], str]
    check: Callable[[str, Answers], str]
    optional: bool = False

    def put(self, answers: Answers, value: str) -> Answers:
        """The answers with this one's value."""
        values: dict[str, Any] = {self.name: value}
        return replace(answers, **values)


def answered(answers: Answers, question: Question, text: str) -> Answers:
    """The answers with one more. Raises Unusable."""
    text = text.strip()
    if not text and not question.optional:
        raise Unusable("不能留空", "this cannot be left empty")
    return question.put(answers, question.check(text, answers) if text else "")


def _address(text: str, _answers: Answers) -> str:
    parts = urlsplit(text if "://" in text else f"https://{text}")
    try:
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.query or parts.fragment or parts.path not in ("", "/"):
        raise Unusable(
            "要一个网址，如 https://gongshi.example，后面不带路径",
            "expected an address like https://gongshi.example, with nothing behind it",
        )
    if not re.fullmatch(r"[a-z0-9.:-]+", parts.hostname or ""):
        raise Unusable(
            "域名只能用字母、数字、点和横线；中文域名请写成 xn-- 形式",
            "a host name has letters, digits, dots and hyphens; write others in their xn-- form",
        )
    if parts.scheme == "http" and parts.hostname not in NEAR:
        raise Unusable(
            "不是本机就必须用 https，否则居民写的话会在网上明文传送",
            "anything but this machine needs https: what residents write would cross the network in the clear",
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _proxies(text: str, answers: Answers) -> str:
    if not text.isdecimal() or int(text) > 5:
        raise Unusable("要一个0到5的整数", "expected a whole number from 0 to 5")
    if answers.is_public and int(text) == 0:
        raise Unusable(
            "https 要有 nginx 或 Caddy 在前面，至少是1",
            "https needs nginx or Caddy in front: at least 1",
        )
    return str(int(text))


def _database(text: str, answers: Answers) -> str:
    try:
        database_settings(text, answers.directory)
    except (SettingsError, ValueError) as error:
        raise Unusable(
            "数据库地址应像 postgresql://用户:密码@主机/库名；留空用 SQLite",
            "a database is written postgresql://user:password@host/name; empty means SQLite",
        ) from error
    return text


def _wraps_database(text: str, answers: Answers) -> str:
    if text == answers.database:
        raise Unusable(
            "钥匙库不能和主数据库是同一个：主库的备份里就会有开它的钥匙",
            "it must not be the main database: that one's backups would hold the keys to themselves",
        )
    return _database(text, answers)


def _smtp(text: str, _answers: Answers) -> str:
    try:
        mail_server(text)
    except ServerSettingError as error:
        raise Unusable(
            "邮件服务器应像 smtps://用户:密码@主机:465 或 smtp+starttls://用户:密码@主机:587", str(error)
        ) from error
    return text


def _sender(text: str, _answers: Answers) -> str:
    try:
        return email_address(text, bare_host=True)
    except AddressError as error:
        raise Unusable("要一个邮箱地址，不带名字", "expected one bare e-mail address") from error


def _sms(text: str, _answers: Answers) -> str:
    try:
        gateway(text)
    except ServerSettingError as error:
        raise Unusable("短信网关应像 https://主机/路径", str(error)) from error
    return text


def _zone(text: str, _answers: Answers) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Unusable(
            "没有这个时区；写法如 Asia/Shanghai", "no such time zone; as in Asia/Shanghai"
        ) from error
    return text


def _login(text: str, _answers: Answers) -> str:
    if not LOGIN.fullmatch(text):
        raise Unusable(
            "登录名用小写字母、数字、点和横线，字母开头，3到60个字符",
            "a sign-in name has small letters, digits, dots and hyphens, begins with a letter, 3 to 60 characters",
        )
    return text


def _name(text: str, _answers: Answers) -> str:
    if len(text) > 60 or not text.isprintable():
        raise Unusable("姓名最多60个字符", "a name has at most 60 characters")
    return text


def _office(text: str, answers: Answers) -> str:
    codes = [office.code for office in answers.pack.offices]
    if text not in codes:
        raise Unusable(f"地方包里没有这个单位；有：{', '.join(codes)}", "the pack has no such office")
    return text


def _user(text: str, _answers: Answers) -> str:
    if not SYSTEM_USER.fullmatch(text) or text == "root":
        raise Unusable("要一个系统用户名，不能是 root", "expected a system user's name, never root")
    return text


def _port(text: str, _answers: Answers) -> str:
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise Unusable("要一个1024到65535的端口", "expected a port from 1024 to 65535")
    return text


def _first_administrator(answers: Answers) -> str:
    return next(
        (
            one.login
            for one in answers.pack.staff
            if any(appointment.role == "administrator" for appointment in one.appointments)
        ),
        "admin",
    )


def _known_name(answers: Answers) -> str:
    member = next((one for one in answers.pack.staff if one.login == answers.administrator), None)
    if member is None:
        return "管理员 / Administrator"
    names = dict.fromkeys(member.name.get(code, "") for code in ("zh", "en"))
    return " / ".join(name for name in names if name)


def _first_office(answers: Answers) -> str:
    member = next((one for one in answers.pack.staff if one.login == answers.administrator), None)
    if member and member.appointments:
        return member.appointments[0].office
    topmost = (office.code for office in answers.pack.offices if office.above is None)
    return answers.pack.place.operator or next(topmost, "")


def _nothing(_answers: Answers) -> str:
    return ""


QUESTIONS = (
    Question(
        "base_url",
        pair("居民用的网址", "The address that residents use"),
        lambda _: "http://127.0.0.1:8000",
        _address,
    ),
    Question(
        "trusted_proxies",
        pair(
            "前面有几层代理（nginx 或 Caddy 算1层）", "How many proxies stand in front (nginx or Caddy is 1)"
        ),
        lambda answers: "1" if answers.is_public else "0",
        _proxies,
    ),
    Question(
        "database",
        pair("数据库（留空：本文件夹里的 SQLite）", "Database (empty: SQLite in the folder)"),
        _nothing,
        _database,
        optional=True,
    ),
    Question(
        "wraps_database",
        pair("钥匙库（留空：本文件夹里的 SQLite）", "Store of wrapped keys (empty: SQLite in the folder)"),
        _nothing,
        _wraps_database,
        optional=True,
    ),
    Question(
        "smtp_url",
        pair("发邮件的服务器（留空：先不发）", "Mail server (empty: none yet)"),
        _nothing,
        _smtp,
        optional=True,
    ),
    Question(
        "mail_from",
        pair("邮件的发件人地址", "The address that mail comes from"),
        lambda answers: f"notices@{answers.host}" if not answers.host[:1].isdigit() else "notices@localhost",
        _sender,
    ),
    Question(
        "sms_url",
        pair("短信网关（留空：先不发）", "SMS gateway (empty: none yet)"),
        _nothing,
        _sms,
        optional=True,
    ),
    Question(
        "time_zone",
        pair("当地的时区", "The place's time zone"),
        lambda answers: answers.pack.place.time_zone,
        _zone,
    ),
    Question(
        "administrator",
        pair("第一位管理员的登录名", "Sign-in name of the first administrator"),
        _first_administrator,
        _login,
    ),
    Question(
        "administrator_name",
        pair("这位管理员的姓名", "The administrator's name"),
        _known_name,
        _name,
    ),
    Question(
        "administrator_office",
        pair("这位管理员属于哪个单位（代码）", "The administrator's office (code)"),
        _first_office,
        _office,
    ),
    Question(
        "system_user",
        pair("运行程序的系统用户", "System user that runs the program"),
        lambda _: "gongshi",
        _user,
    ),
    Question("port", pair("程序在本机的端口", "The program's port on this machine"), lambda _: "8000", _port),
)
