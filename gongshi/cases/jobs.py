"""Periodic work on cases; every job is safe to run twice."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from gongshi.accounts.keys import take_from_leavers
from gongshi.cases.actions.call_drafts import sweep_calls
from gongshi.cases.actions.clocks import run_clocks
from gongshi.cases.actions.cover import note_stand_ins
from gongshi.cases.actions.desk_drafts import sweep_desk_drafts
from gongshi.cases.actions.digests import queue_digests
from gongshi.cases.actions.erasure import WORDS, erase_again, erase_closed, erase_due
from gongshi.cases.actions.glass import drop_stray_keys, find_asked, forget_lapsed, tell_ends
from gongshi.cases.actions.sealing import keep_ladders
from gongshi.cases.actions.undoing import forget_undo
from gongshi.cases.actions.uploads import sweep_uploads
from gongshi.cases.claiming import drop_claims
from gongshi.cases.models import (
    Attachment,
    BreakGlass,
    Case,
    Claim,
    DigestWish,
    Filing,
    PublicCase,
    SavedView,
    Upload,
)
from gongshi.cases.public_index import scrub_index, write_anew
from gongshi.cases.public_tally import fold, mend
from gongshi.cases.retention import schedule
from gongshi.places.queries import NoPlace, local_day, the_place
from gongshi.rules.retention import closed_before
from gongshi.safekeeping.actions import sweep_wraps
from gongshi.safekeeping.apart_store import scrub
from gongshi.safekeeping.files import sweep_orphans
from gongshi.safekeeping.key_actions import drop_what_was_taken
from gongshi.safekeeping.queries import tombstones
from gongshi.safekeeping.scrubbing import rewrite_deleted
from gongshi.safekeeping.subjects import that_exist

logger = logging.getLogger(__name__)
DRAFT_FILES_KEPT = timedelta(days=1)
ORPHANS_KEPT = timedelta(days=1)
ORPHANS_LOOKED_FOR = timedelta(days=15)
ERASED_AT_ONCE = 500
REINDEXED_AT_ONCE = 500
# A key is there before the approval that needs it; no approval takes so long.
GLASS_KEYS_KEPT = timedelta(hours=1)


def tick_clocks(at: datetime) -> int:
    """Warnings, expiries and supervision that begins by itself; how many cases were touched. 0 without a place."""
    try:
        the_place()
    except NoPlace:
        return 0
    return run_clocks(at)


def tick_cover(at: datetime) -> int:
    """Who answers for grievances whose lead is away; how many changed. 0 without a place."""
    try:
        the_place()
    except NoPlace:
        return 0
    return note_stand_ins(at)


def tick_glass(at: datetime) -> int:
    """Requests to break glass are brought to their cases, ends are told, words of lapsed ones go; how many in all."""
    return find_asked(at) + tell_ends(at) + forget_lapsed(at)


def sweep_drafts(at: datetime) -> int:
    """Files chosen in forms that were never sent; how many were removed."""
    return sweep_uploads(at - DRAFT_FILES_KEPT)


def expire_claims(at: datetime) -> int:
    """Claims that nobody took up in time; how many. Their filings stay, and are worked on as before."""
    return drop_claims(Claim.objects.filter(expires_at__lte=at))


def sweep_typed(at: datetime) -> int:
    """Drafts at the desk that are too old, discarded or out of their officer's sight, and calls a day old; how many."""
    return sweep_desk_drafts(at) + sweep_calls(at)


def tell_week(at: datetime) -> int:
    """The week's numbers for staff who want them by mail; how many were queued. 0 without a place."""
    try:
        the_place()
    except NoPlace:
        return 0
    return queue_digests(at)


def forget_undone(at: datetime) -> int:
    """How cases stood before steps that can no longer be undone; how many rows were removed."""
    return forget_undo(at)


def sweep_files(at: datetime) -> int:
    """Sealed files that no row names: of forms and actions that failed halfway; how many were removed.

    Only what was written a day ago or earlier, as a file is there before its row.
    """
    chosen = Upload.objects.values_list("stored", flat=True)
    # One statement: between two, a draft's file could become a case's and be missed by both.
    known = set(chosen.union(Attachment.objects.values_list("stored", flat=True)))
    return sweep_orphans(known, at - ORPHANS_KEPT)


def sweep_keys(at: datetime) -> int:
    """Wraps of rows that never were: of retries, and of a crash between the two databases; how many were removed."""
    return sweep_wraps(that_exist, since=at - ORPHANS_LOOKED_FOR, until=at - ORPHANS_KEPT)


def keep_sealed(at: datetime) -> int:
    """Sealed kinds stay with the offices on their ladders, and with nobody else; how many cases were touched."""
    try:
        the_place()
    except NoPlace:
        return 0
    return keep_ladders(at)


def keep_glass_closed(at: datetime) -> int:
    """No key is left of a request to break glass that is not open; how many were destroyed."""
    return drop_stray_keys(until=at - GLASS_KEYS_KEPT)


def take_away_again(at: datetime) -> int:
    """After a restore, which brings back keys that were taken away and wraps of whoever lost a case; how many rows.

    For a moment when nobody else is at work.
    """
    keep_sealed(at)
    return take_from_leavers(at=at) + drop_stray_keys(until=at) + drop_what_was_taken()


def erase(at: datetime) -> int:
    """What residents wanted erased and had time to think about, and what was begun; how many cases."""
    try:
        the_place()
    except NoPlace:
        return 0
    return erase_due(at, ERASED_AT_ONCE)


def retain(at: datetime) -> int:
    """Erase what was closed so long ago that the schedule keeps it no longer; how many cases."""
    try:
        kinds = schedule()
    except NoPlace:
        return 0
    return sum(
        erase_closed(kept.kind, closed_before(local_day(at), kept.months), at, ERASED_AT_ONCE)
        for kept in kinds
    )


def erase_what_is_erased_elsewhere(at: datetime) -> int:
    """What another copy of the wraps store says was erased: after a restore, rows come back whose keys do not."""
    done, stones = 0, tombstones()
    while chunk := [subject for subject, _ in islice(stones, 1_000)]:
        done += erase_again(chunk, at)
    return done


def rewrite(_at: datetime) -> int:
    """Leave nothing of what was deleted in old pages of the two databases. Not inside a transaction."""
    scrub()
    scrub_index()
    # The published copy is the one thing of a case that is not sealed.
    sealed = [model._meta.db_table for model in WORDS if model is not PublicCase]
    rewrite_deleted(DEFAULT_DB_ALIAS, [PublicCase._meta.db_table], sealed=sealed)
    return 0


def index_published(_at: datetime) -> int:
    """What older tokens are kept of is found by today's again; how many published cases."""
    return write_anew(REINDEXED_AT_ONCE)


def fold_tally(_at: datetime) -> int:
    """Put together what was counted of published cases lately; how many rows that were."""
    return fold()


def check_tally(_at: datetime) -> int:
    """Count all published cases anew and mend what the tally has otherwise; how many cases it was off by."""
    off = mend()
    if off:
        logger.error("the tally of published cases was off by %d and was mended", off)
    return off


def subjects_that_exist(subjects: Collection[UUID]) -> set[UUID]:
    """Those that are a filing, a case, a claim, a named filter, a weekly mail or a waiting request to break glass."""
    filings = Filing.objects.filter(id__in=subjects).values_list("id", flat=True)
    asked = BreakGlass.objects.filter(id__in=subjects).exclude(asked_reason=None).values_list("id", flat=True)
    claims = Claim.objects.filter(id__in=subjects).values_list("id", flat=True)
    cases = Case.objects.filter(id__in=subjects).values_list("id", flat=True)
    views = SavedView.objects.filter(id__in=subjects).values_list("id", flat=True)
    mails = DigestWish.objects.filter(id__in=subjects).values_list("id", flat=True)
    return set(filings.union(cases, asked, claims, views, mails))
