"""Making the instance, step by step, so that one that stopped half-way goes on where it stopped.

While it is being made, a file says so in its folder; every other command refuses it. The keys are made once and never
again. Nothing that was there before is overwritten.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gongshi.config.founding.answers import Answers, Unusable
from gongshi.config.founding.deployment import write_deployment
from gongshi.config.founding.starter import both_names, with_administrator, with_days_off
from gongshi.config.instance import UNFINISHED
from gongshi.formats.pack import Appointment, Pack, StaffData

WRITTEN = "Made by `gongshi init`, which has not finished. Run it again with the same --dir: it goes on from here.\n"


@dataclass(frozen=True)
class Step:
    """One step: its words, and what it does; a text that comes back is for whoever runs the command."""

    zh: str
    en: str
    do: Callable[[], str | None]


def check_folder(directory: Path) -> bool:
    """Whether an unfinished instance lies in ``directory``. Raises Unusable where something else does."""
    if (directory / UNFINISHED).exists():
        return True
    if (directory / "gongshi.toml").exists():
        raise Unusable(
            f"{directory} 里已有实例；换一个空文件夹",
            f"there is an instance in {directory} already; choose an empty folder",
        )
    if directory.exists() and any(directory.iterdir()):
        raise Unusable(f"{directory} 不是空文件夹", f"{directory} is not empty")
    return False


def check_database(url: str, *, may_hold_tables: bool) -> None:
    """Connect to a PostgreSQL once, before anything is made. Raises Unusable.

    A database that holds somebody's tables is refused unless ``may_hold_tables``: they may be another instance's.
    """
    if not url.startswith(("postgresql:", "postgres:")):
        return
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            found = connection.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
            ).fetchone()
    except psycopg.Error as error:
        raise Unusable(
            f"连不上数据库（{type(error).__name__}）；看看地址、用户、密码和服务",
            "cannot connect to the database",
        ) from error
    if found and found[0] and not may_hold_tables:
        raise Unusable(
            "这个数据库里已有别的表；要一个空的数据库",
            "this database holds tables already; an empty one is needed",
        )


def steps(answers: Answers) -> Iterator[Step]:
    """What is to be done, in order. Each may be done twice."""
    pack = pack_with_administrator(answers)
    yield Step("文件夹、钥匙、设置", "folder, keys, settings", lambda: _make_folder(answers, pack))
    yield Step("数据库", "database", lambda: _make_database(answers))
    yield Step("载入地方包", "loading the pack", lambda: _load(answers, pack))
    yield Step("学会建议类别", "learning to suggest categories", _learn)
    yield Step("第一位管理员", "the first administrator", lambda: _let_in(answers))
    yield Step(
        "服务和网站服务器的文件", "files for services and the web server", lambda: _write_files(answers)
    )
    yield Step("收尾", "finishing", (answers.directory / UNFINISHED).unlink)


def pack_with_administrator(answers: Answers) -> Pack:
    """The pack, with the time zone that was given and the administrator among its staff."""
    pack = replace(answers.pack, place=replace(answers.pack.place, time_zone=answers.time_zone))
    if answers.place_name:
        return with_administrator(answers, pack)
    if any(one.login == answers.administrator for one in pack.staff):
        return pack
    return replace(pack, staff=(*pack.staff, new_member(answers)))


def new_member(answers: Answers) -> StaffData:
    """The administrator as a member of staff of the pack."""
    return StaffData(
        login=answers.administrator,
        name=both_names(answers.administrator_name),
        title={"zh": "管理员", "en": "Administrator"},
        appointments=(Appointment(answers.administrator_office, "administrator"),),
    )


def settings_values(answers: Answers, pack: Pack) -> dict[str, object]:
    """What the settings file says of this instance."""
    from gongshi.config.setup import instance_values

    values = instance_values(pack, base_url=answers.base_url, database=answers.database)
    values["trusted_proxies"] = int(answers.trusted_proxies)
    for name in ("wraps_database", "smtp_url", "mail_from", "sms_url"):
        if getattr(answers, name):
            values[name] = getattr(answers, name)
    return values | {
        "metrics_token": secrets.token_urlsafe(32),
        "log_format": "json",
        "log_requests": True,
    }


def _make_folder(answers: Answers, pack: Pack) -> None:
    from gongshi.config.setup import make_instance

    answers.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    (answers.directory / UNFINISHED).write_text(WRITTEN, encoding="utf-8")
    # Of an unfinished instance only the settings may change: a wrong address is why most of them stopped.
    (answers.directory / "gongshi.toml").unlink(missing_ok=True)
    make_instance(answers.directory, settings_values(answers, pack))


def _make_database(answers: Answers) -> None:
    from gongshi.config.instance import enter

    enter(answers.directory, founding=True)
    from gongshi.config.setup import prepare_database

    prepare_database(new=True)


def _load(answers: Answers, pack: Pack) -> None:
    from django.utils import timezone

    from gongshi.revisions.loading import load

    at = timezone.now()
    load(with_days_off(answers, pack, at.year) if answers.place_name else pack, at=at)


def _learn() -> None:
    """This instance's own model; where the pack has too little to learn from, keywords do without it."""
    from django.utils import timezone

    from gongshi.cases.learning import learn_again

    learn_again(at=timezone.now())


def _let_in(answers: Answers) -> str | None:
    """Set the password that was typed, or return a one-time code with which the administrator sets one."""
    from django.utils import timezone

    from gongshi.accounts.actions import hand_code
    from gongshi.accounts.models import Staff

    staff = Staff.objects.get(username=answers.administrator)
    if not answers.password:
        return hand_code(staff, at=timezone.now())
    staff.set_password(answers.password)
    staff.save(update_fields=["password"])
    return None


def _write_files(answers: Answers) -> None:
    write_deployment(answers)
