"""The events there are, and what each tells of its subject: made of what the public doors show at that moment.

Reads `PublicCase` and no other table of cases. What is public no longer is told by its id alone.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from gongshi.bulletin.disruptions import disruption_shown, state_of
from gongshi.bulletin.queries import PageNotFound
from gongshi.cases.models import PublicCase
from gongshi.figures.open_data import current_release
from gongshi.words import Words, pair

Data = dict[str, Any]

PUBLISHED, CHANGED, ANSWERED = "case.published", "case.changed", "case.answered"
TAKEN_BACK = "case.taken_back"
NOTICE_PUBLISHED, NOTICE_CHANGED = "notice.published", "notice.changed"
NOTICE_WITHDRAWN = "notice.withdrawn"
FIGURES, OPEN_DATA = "figures.released", "open_data.released"
TEST = "webhook.test"
"""What the button at the desk sends; nobody asks for it."""

EVENTS: dict[str, Words] = {
    PUBLISHED: pair("公开了一件事项", "a case was published"),
    CHANGED: pair("公开事项换了环节或承办单位", "a published case changed its public stage or its office"),
    ANSWERED: pair("公开事项答复了", "a published case was answered"),
    TAKEN_BACK: pair("公开事项被撤回，只说编号", "a published case was taken back: its id alone"),
    NOTICE_PUBLISHED: pair("发了停水停电或施工通知", "a notice of an outage or of works was published"),
    NOTICE_CHANGED: pair("通知改了，或者结束了", "a notice was changed, or is over"),
    NOTICE_WITHDRAWN: pair("通知撤下了，只说编号", "a notice was withdrawn: its id alone"),
    FIGURES: pair("出了新一个月的数字", "figures of another month are out"),
    OPEN_DATA: pair("出了新的开放数据", "open data were released, or made anew"),
}


def data_of(event: str, subject: str, at: datetime) -> Data | None:
    """What an event tells of its subject now; None when there is nothing to tell any more."""
    return _TOLD[event](subject, at)


def _case(subject: str, _at: datetime) -> Data | None:
    row = PublicCase.objects.filter(pk=UUID(subject)).first()
    if row is None:
        return None
    point = None
    if row.latitude is not None and row.longitude is not None:
        point = {"latitude": row.latitude, "longitude": row.longitude}
    return {
        "id": subject,
        "page": _site(f"/published/{subject}/"),
        "api": _site(f"/api/v1/cases/{subject}"),
        "state": row.state,
        "filed_on": row.filed_on.isoformat(),
        "answered_on": row.answered_on.isoformat() if row.answered_on else None,
        "point": point,
    }


def _taken_back(subject: str, _at: datetime) -> Data | None:
    return None if PublicCase.objects.filter(pk=UUID(subject)).exists() else {"id": subject}


def _notice(subject: str, at: datetime) -> Data | None:
    try:
        row = disruption_shown(subject, at).row
    except PageNotFound:
        return None
    return {"id": subject, "page": _site(f"/notices/{subject}/"), "state": state_of(row, at)}


def _withdrawn(subject: str, at: datetime) -> Data | None:
    return {"id": subject} if _notice(subject, at) is None else None


def _figures(subject: str, _at: datetime) -> Data | None:
    return {"id": subject, "page": _site(f"/figures/?month={subject}")}


def _open_data(subject: str, _at: datetime) -> Data | None:
    release = current_release()
    if release is None or str(release.month) != subject:
        return None
    page, catalogue = _site("/open-data/"), _site("/open-data/catalogue.jsonld")
    return {"id": subject, "page": page, "catalogue": catalogue, "made_on": release.made_on.isoformat()}


_TOLD: dict[str, Callable[[str, datetime], Data | None]] = {
    PUBLISHED: _case,
    CHANGED: _case,
    ANSWERED: _case,
    TAKEN_BACK: _taken_back,
    NOTICE_PUBLISHED: _notice,
    NOTICE_CHANGED: _notice,
    NOTICE_WITHDRAWN: _withdrawn,
    FIGURES: _figures,
    OPEN_DATA: _open_data,
}


def _site(path: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{path}"
