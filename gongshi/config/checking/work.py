"""The work itself: the worker, the outbox, the clock, the calendar, offices with people and keys, the mail server."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gongshi.config.checking.findings import Finding, fault, note, well

LONGEST_WAIT = timedelta(hours=1)


def findings(at: datetime) -> Iterator[Finding]:
    """Everything that reads the database."""
    from gongshi.cases.queries import subjects_without_key
    from gongshi.places.queries import NoPlace, the_place

    try:
        the_place()
    except NoPlace:
        yield fault("还没有载入地方包：gongshi load-pack", "no pack is loaded yet: gongshi load-pack")
        return
    yield from _clock(at)
    yield from _jobs(at)
    yield from _imports()
    yield _outbox(at)
    yield from _letters(at)
    yield _calendar(at)
    lost = subjects_without_key()
    if lost:
        yield fault(
            f"{lost}份来件或事项没有钥匙，也没有删除的记录：钥匙库不完整，用它的备份恢复（restore … --wraps …）",
            f"{lost} filings or cases have no key and no record of an erasure: the wraps store is not whole; "
            "restore it from its backup (restore ... --wraps ...)",
        )
        return
    yield well("每份来件都有钥匙", "every filing has its key")
    yield from _offices()


def _clock(at: datetime) -> Iterator[Finding]:
    from django.conf import settings
    from django.db.models import Max

    from gongshi.cases.models import Filing
    from gongshi.places.queries import the_place

    if str(the_place().zone) != settings.TIME_ZONE:
        yield note(
            f"time_zone 是 {settings.TIME_ZONE}，地方包里是 {the_place().zone}；时限按地方包",
            "time_zone differs from the pack's; deadlines follow the pack",
        )
    newest = Filing.objects.aggregate(newest=Max("filed_at"))["newest"]
    if newest and newest > at + timedelta(minutes=1):
        yield fault(
            "本机的时钟慢了：有来件的时间在将来",
            "this machine's clock is behind: there are filings from the future",
        )


def _jobs(at: datetime) -> Iterator[Finding]:
    from gongshi.notifications import schedule

    states = schedule.states(at)
    late = [state.name for state in states if state.late]
    for state in states:
        if state.failed:
            yield fault(
                f"定时任务 {state.name} 上次失败，看日志",
                f"the job {state.name} failed last time; see the log",
            )
    if late:
        yield fault(
            f"该做没做的定时任务：{', '.join(late)}。gongshi work 在运行吗？",
            "these jobs are late: is gongshi work running?",
        )
    else:
        yield well("定时任务都按时", "all periodic jobs are on time")


def _imports() -> Iterator[Finding]:
    from gongshi.cases.import_runs import imports_under_way
    from gongshi.places.queries import local_day

    for one in imports_under_way():
        since, over = local_day(one.started_at), f"gongshi import-cases --over {one.system}"
        yield note(
            f"{one.system} 的转入从 {since} 起没有转完，其间不公布新的数字：再运行一次，或者 {over}",
            f"the import of {one.system} is under way since {since}, and no figures are released meanwhile: "
            f"run it again, or {over}",
        )


def _outbox(at: datetime) -> Finding:
    from gongshi.notifications.queries import oldest_waiting

    oldest = oldest_waiting()
    if oldest and at - oldest > LONGEST_WAIT:
        hours = (at - oldest) // timedelta(hours=1)
        return fault(
            f"有通知等了{hours}小时还没发出：看邮件和短信服务器",
            f"a notice has waited for {hours} h: look at the mail and SMS servers",
        )
    return well("通知没有积压", "no notice waits for long")


def _letters(at: datetime) -> Iterator[Finding]:
    from django.conf import settings

    from gongshi.cases.mailing import HELD, held_since

    held = held_since(at) if settings.IMAP_URL else 0
    if held:
        yield note(
            f"30天里有{held}封来信没有收下，在邮箱的 {HELD} 文件夹里",
            f"{held} letters by mail were held back in 30 days: look into the folder {HELD} of the mailbox",
        )


def _calendar(at: datetime) -> Finding:
    from gongshi.places.queries import calendar, local_day
    from gongshi.rules.calendar import is_provisional

    today = local_day(at)
    # Deadlines reach some months ahead; by November next year's days are usually known.
    for day in (today, today + timedelta(days=60)):
        if is_provisional(calendar(), day):
            return note(
                f"{day.year}年的放假安排还没载入，时限按暂定的算",
                f"the holidays of {day.year} are provisional in the pack",
            )
    return well("放假安排够用", "the calendar's holidays reach far enough")


def _offices() -> Iterator[Finding]:
    from gongshi.accounts.keys import needs_key, public_keys
    from gongshi.accounts.models import Office
    from gongshi.accounts.queries import acting_in

    keys = public_keys().offices
    empty, keyless = [], []
    for office, code in Office.objects.filter(valid_to=None).order_by("code").values_list("id", "code"):
        acting = acting_in(office)
        if not acting:
            empty.append(code)
        elif office not in keys and any(needs_key(actor) for actor in acting):
            keyless.append(code)
    if empty:
        yield note(f"没有人的单位：{', '.join(empty)}", "these offices have nobody who works there")
    if keyless:
        yield note(
            f"还没有钥匙的单位（有人登录过就有）：{', '.join(keyless)}",
            "these offices have no key until one of their officers signs in",
        )
    if public_keys().recovery is None:
        yield note(
            "还没有恢复钥匙：gongshi recover --new-shares",
            "there is no recovery key: gongshi recover --new-shares",
        )
    if not empty and not keyless:
        yield well("各单位都有人、有钥匙", "every office has people and a key")


def mail() -> Iterator[Finding]:
    """Speak to the mail servers, and send and take nothing."""
    yield _sending()
    yield from _receiving()


def _receiving() -> Iterator[Finding]:
    from django.conf import settings

    from gongshi.cases.mailing import HELD
    from gongshi.notifications.mailbox import Failure, opened
    from gongshi.notifications.servers import ServerSettingError, mail_store

    if not settings.IMAP_URL:
        return
    try:
        with opened(mail_store(settings.IMAP_URL)) as box:
            held = box.count(HELD)
    except (ServerSettingError, *Failure) as error:
        yield fault(
            f"收信的邮箱打不开：{type(error).__name__}",
            f"the mailbox for letters cannot be opened: {type(error).__name__}",
        )
        return
    found = note if held else well
    yield found(
        f"收信的邮箱可用，{HELD} 里有{held}封", f"the mailbox can be used; {held} letters lie in {HELD}"
    )


def _sending() -> Finding:
    from gongshi.notifications.servers import ServerSettingError
    from gongshi.notifications.transports import mail_trouble

    try:
        trouble = mail_trouble()
    except ServerSettingError as error:
        return fault(f"邮件设置有误：{error}", "the mail settings are wrong")
    if trouble is None:
        return note("没有设邮件服务器，通知写进 outbox/", "no mail server is set: messages go to outbox/")
    if trouble:
        return fault(f"连不上邮件服务器：{trouble}", f"the mail server cannot be used: {trouble}")
    return well("邮件服务器可用", "the mail server can be used")
