"""Periodic work for figures; safe to run twice."""

from datetime import date, datetime

from gongshi.cases.actions.samples import close_sample
from gongshi.cases.samples import samples_to_close
from gongshi.figures.open_data import make_lacking, remove_stale
from gongshi.figures.open_data.told import month_told, quarter_told
from gongshi.figures.periods import Quarter
from gongshi.figures.released.actions import months_due, release
from gongshi.figures.released.admitting import decide_held, forget_counted
from gongshi.figures.released.adopting import adopt_month, adopt_quarter
from gongshi.figures.released.quarters import quarters_due, release_quarter
from gongshi.figures.samples import draw, result_of
from gongshi.places.queries import NoPlace, local_day, the_place


def tick_samples(at: datetime) -> int:
    """Close samples that were read or whose time is over, then draw the last quarter's; how many rows were touched."""
    try:
        the_place()
    except NoPlace:
        return 0
    today = local_day(at)
    closed = sum(close_sample(one, result_of(one, today), at=at) for one in samples_to_close(today))
    return closed + draw(Quarter.of(today).before, at)


def tick_released(at: datetime) -> int:
    """Release the tables of one month or quarter that is due, months first, the newest first; how many were.

    Those that an edition of open data tells already are written down as they are out, all of them at once.
    """
    try:
        the_place()
    except NoPlace:
        return 0
    today = local_day(at)
    if adopted := _adopt(today):
        return adopted
    if months := months_due(today):
        release(months[0], today=today, at=at)
    elif quarters := quarters_due(today):
        release_quarter(quarters[0], today=today, at=at)
    else:
        return 0
    return 1


def _adopt(today: date) -> int:
    months = [*filter(None, map(month_told, months_due(today)))]
    quarters = [*filter(None, map(quarter_told, quarters_due(today)))]
    for month in months:
        adopt_month(month)
    for quarter in quarters:
        adopt_quarter(quarter)
    return len(months) + len(quarters)


def tick_held(at: datetime) -> int:
    """Decide on copies that were agreed to after figures that count them were out, and forget true counts in time.

    Returns how many were decided or forgotten.
    """
    try:
        the_place()
    except NoPlace:
        return 0
    return decide_held(at) + forget_counted(at)


def tick_open_data(at: datetime) -> int:
    """Take away published cases that are public no longer in all their parts; make what is due."""
    try:
        the_place()
    except NoPlace:
        return 0
    return remove_stale() + make_lacking(local_day(at))
