"""What each button of the form does to the draft, and which page comes next."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from gongshi.cases import engine
from gongshi.cases.actions.uploads import (
    MOST_FILES,
    TooManyFiles,
    drop_upload,
    keep_upload,
    known_upload,
    uploads_of,
)
from gongshi.cases.drafts import MAX_MATTERS
from gongshi.cases.intake import faults
from gongshi.cases.intake.alike import Offers, has_words, take_apart
from gongshi.cases.intake.choices import point_of, spots_for, take_spot
from gongshi.cases.intake.draft import DOORS, NO_PLACE, Draft, Matter, as_uuid
from gongshi.cases.intake.faults import LABELS, Problem
from gongshi.cases.intake.kept_off import runs_server
from gongshi.places.queries import area_index, areas
from gongshi.safekeeping.filenames import display_name
from gongshi.safekeeping.labels import UPLOADS
from gongshi.safekeeping.photos import Prepared, UploadError, prepare
from gongshi.web.limits import within
from gongshi.web.public import asking
from gongshi.web.public.cutting import cut, join
from gongshi.web.public.here import take_here
from gongshi.web.public.keeping_off import take_named
from gongshi.web.public.maps import clicked
from gongshi.web.public.offering import choose_again
from gongshi.words import say

PAGES = ("what", "ask", "kind", "operator", "where", "text", "alike", "check")
TOO_MANY = say("一份来件最多8个文件。请先去掉几个。", "A filing takes up to 8 files. Remove some first.")
FILES_SOON = say(
    "刚才从您这一片网络送来的文件太多，这一个还没有收下。请过{when}再选一次。",
    "Very many files came from your part of the network just now, so this one was not taken yet. "
    "Please choose it again in {when}.",
)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
Files = MultiValueDict[str, Any]


@dataclass
class Outcome:
    """Where the form goes next, and what is wrong. ``asking``: the words of the place name several spots.

    ``alike``: published cases that matters are perhaps about, where that was looked up. ``told``: with which notices of
    outages a contact was left just now, with the key that takes it back; ``typed``: one that could not be taken.
    """

    page: str
    problems: list[Problem] = field(default_factory=list)
    asking: bool = False
    told: dict[str, UUID] = field(default_factory=dict)
    typed: str = ""
    alike: Offers | None = None


def advance(
    draft: Draft, data: QueryDict, files: Files, at: datetime, *, slowed: Callable[[], int] = lambda: 0
) -> Outcome:
    """Do what the pressed button says. Files that came along are kept whatever else is wrong.

    ``slowed`` is asked before each file is decoded: seconds that whoever sends it has to wait, 0 for none.
    """
    page = data.get("page") or "what"
    page = page if page in PAGES else "what"
    go = data.get("go") or "next"
    wrong = keep_files(draft, data, files, at, slowed) if page == "text" else []
    if (
        go == "same" or "tell" in data or "untell" in data
    ):  # the other language, or a notice beside the matter
        return Outcome(page, wrong)
    take_named(draft, data)
    if "here" in data:
        take_here(draft, data)
        return Outcome("check")
    if go == "keep" or go.startswith("unkeep:"):
        return Outcome(page)
    if go.startswith("apart:"):
        take_apart(draft, go.partition(":")[2])
        return Outcome("check" if page != "text" and has_words(draft) else "text", wrong)
    if page == "text":
        return _text(draft, go, wrong, at)
    return _pressed(draft, data, page, go, at)


def _pressed(draft: Draft, data: QueryDict, page: str, go: str, at: datetime) -> Outcome:
    """The button of any page but that of the text."""
    if page in ("what", "kind"):
        return _what(draft, data, page, go)
    if page == "ask":
        return _ask(draft, go, at)
    if page == "operator":
        return Outcome("kind" if go == "back" else "where")
    if page == "where":
        return _where(draft, data, go)
    return _alike(draft, go) if page == "alike" else _check(draft, go)


def _check(draft: Draft, go: str) -> Outcome:
    """A button of the page to check that does not send."""
    verb, _, which = go.partition(":")
    if verb == "other":
        choose_again(draft, which)
    if verb in ("cut", "join"):
        change_boxes(draft, verb, which)
        return Outcome("text" if verb == "cut" else "check")
    return Outcome(go if go in PAGES else "check")


def _what(draft: Draft, data: QueryDict, page: str, go: str) -> Outcome:
    pressed = data.get("press") or ""
    if pressed in DOORS:
        if pressed != draft.door:
            draft.door, draft.first.category, draft.first.subject = pressed, "", ""
            draft.first.pages = draft.first.closest = ""
        return Outcome(after_door(draft))
    if go == "back":
        return Outcome("ask" if page == "kind" and asking.asks_first(draft) else "what")
    wrong = list(faults.what_problems(draft))
    if wrong:
        return Outcome("kind" if draft.door and page == "kind" else "what", wrong)
    if page != "kind":
        return Outcome("kind")
    return Outcome("operator" if runs_server(draft) else "where")


def after_door(draft: Draft) -> str:
    """The page that a door leads to."""
    if draft.door == "write":
        return "where"
    return "ask" if asking.asks_first(draft) else "kind"


def _ask(draft: Draft, go: str, at: datetime) -> Outcome:
    """Offer pages for the question; without any, or when none answers it, go on."""
    if go == "back":
        return Outcome("what")
    wrong = asking.question_problems(draft, engine.today(at))
    if wrong:
        return Outcome("ask", wrong)
    if go != "on" and asking.offer(draft):
        return Outcome("ask")
    asking.take_closest(draft)
    return Outcome("kind")


def _where(draft: Draft, data: QueryDict, go: str) -> Outcome:
    first = draft.first
    pressed = data.get("area")
    if pressed is not None:
        first.area, first.lat, first.lon = pressed, "", ""
        return Outcome("where", list(faults.where_problems(draft)))
    spot = clicked(first, data)
    if spot is not None:
        first.area, first.lat, first.lon = spot, "", ""
        return Outcome("where")
    if go in ("what", "kind", "back"):
        return Outcome("kind" if draft.door not in ("", "write") else "what")
    if go == "locate":
        return _locate(first, data)
    if go in ("unsure", "none"):
        first.area, first.lat, first.lon = NO_PLACE if go == "none" else "", "", ""
        go = "next"
    asking = _named(first, data, go)
    wrong = list(faults.where_problems(draft))
    if wrong:
        return Outcome("where", wrong)
    return Outcome("where", asking=True) if asking else Outcome("text")


def _named(first: Matter, data: QueryDict, go: str) -> bool:
    """Take the spot that was chosen, or say that there are spots to choose from."""
    if chosen := data.get("spot"):
        if chosen == "other" or not take_spot(first, chosen):
            return False
        return go == "find"
    spots = spots_for(first.place)
    if go == "find":
        return True
    if first.area or not spots or data.get("asked"):
        return False
    if len(spots) == 1:
        take_spot(first, spots[0].id)
        return False
    return True


def _locate(first: Matter, data: QueryDict) -> Outcome:
    """The position that the browser found, as the script filled it in."""
    first.lat, first.lon = (data.get("here-lat") or "")[:24], (data.get("here-lon") or "")[:24]
    wrong = faults.point_fault(first)
    if wrong:
        first.lat = first.lon = ""
        return Outcome("where", [Problem("where", "place-1", faults.WORDS[wrong], LABELS["place"])])
    point = point_of(first)
    found = area_index().areas_at(*point) if point else []
    first.area = areas()[found[0]].code if found else ""
    return Outcome("where")


def _text(draft: Draft, go: str, wrong: list[Problem], at: datetime) -> Outcome:
    verb, _, which = go.partition(":")
    if verb in ("add", "drop", "unfile", "upload", "cut", "join"):
        change_boxes(draft, verb, which)
        return Outcome("text", wrong)
    if go in ("what", "kind", "where", "back"):
        return Outcome("where" if go == "back" else go)
    draft.matters = [m for number, m in enumerate(draft.matters) if number == 0 or not m.is_empty]
    found = wrong + list(faults.text_problems(draft, engine.today(at)))
    if found:
        return Outcome("text", found)
    earlier = [*faults.what_problems(draft), *faults.where_problems(draft)]
    return Outcome("kind" if earlier[0].page == "what" else "where", earlier) if earlier else Outcome("check")


def _alike(draft: Draft, go: str) -> Outcome:
    """A button of a published case has said already which matter goes with it (`Matter.joins`)."""
    if go == "back":
        return Outcome("text")
    if go == "apart":
        take_apart(draft)
    return Outcome("check")


def change_boxes(draft: Draft, verb: str, which: str) -> None:
    """Another matter, one matter less, one file less; one box cut into several matters, or put together again."""
    if verb in ("cut", "join"):
        (cut if verb == "cut" else join)(draft, which)
    if verb == "add" and len(draft.matters) < MAX_MATTERS:
        draft.matters.append(Matter())
    if verb == "drop" and which in {str(number) for number in range(2, len(draft.matters) + 1)}:
        for upload in draft.matters.pop(int(which) - 1).files:
            drop_upload(upload, receipt=draft.receipt)
    if verb == "unfile":
        _drop_file(draft, which)


def _drop_file(draft: Draft, which: str) -> None:
    """Take a file back, and the original that was kept with it."""
    wanted = as_uuid(which)
    rows = uploads_of(draft.receipt)
    ids = [row.id for row in rows]
    if wanted not in ids:
        return
    at = ids.index(wanted)
    gone = [wanted]
    if at and rows[at - 1].original:
        gone.append(ids[at - 1])
    for upload in gone:
        drop_upload(upload, receipt=draft.receipt)
    for matter in draft.matters:
        matter.files = [each for each in matter.files if each not in gone]


def keep_files(
    draft: Draft, data: QueryDict, files: Files, at: datetime, slowed: Callable[[], int]
) -> list[Problem]:
    """Store the files that came with the form; what cannot be taken is told beside its field.

    No more of them are decoded than a filing holds.
    """
    wrong = []
    decoded = 0
    for number, matter in enumerate(draft.matters, start=1):
        for one in files.getlist(f"files-{number}"):
            decoded += 1
            if decoded > MOST_FILES:
                text: Any = TOO_MANY
            elif wait := slowed():
                text = FILES_SOON.format(when=within(wait))
            else:
                text = _keep(draft, matter, one, bool(data.get(f"evidence-{number}")), at)
            if text:
                name = _called(one.name or "")
                said = say("{name}：{text}", "{name}: {text}").format(name=name, text=text)
                wrong.append(Problem("text", f"files-{number}", said, LABELS["files"]))
    return wrong


def _called(name: str) -> str:
    """A refused file's name as it can be shown, with the ending it came with."""
    ending = _ENDING.search(name)
    return display_name(name, ending.group() if ending else "")


def _keep(draft: Draft, matter: Matter, one: Any, evidence: bool, at: datetime) -> Any:
    """Keep one file; "" or why not."""
    try:
        prepared = prepare(one, evidence=evidence)
        if _is_there(draft, prepared, one.name or ""):
            return ""
        before = {row.id for row in uploads_of(draft.receipt)}
        keep_upload(prepared, one.name or "", receipt=draft.receipt, at=at)
    except UploadError as error:
        return UPLOADS[error.code]
    except TooManyFiles:
        return TOO_MANY
    matter.files += [row.id for row in uploads_of(draft.receipt) if row.id not in before]
    return ""


def _is_there(draft: Draft, prepared: Prepared, name: str) -> bool:
    """Whether a retry brought a file that has arrived already. Then its rows are in the draft again."""
    there = known_upload(prepared, name, receipt=draft.receipt)
    known = {upload for matter in draft.matters for upload in matter.files}
    draft.first.files += [upload for upload in there if upload not in known]
    return bool(there)
