"""What an operator types in: the same draft as a resident's own form, with the door it came through and where the claim
code goes. It travels in the form; before it is saved nothing is stored but files, and what `call_keeping` keeps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.queries import offices, subjects_barred
from gongshi.cases import engine, labels
from gongshi.cases.claiming import prints_letters
from gongshi.cases.drafts import Handing, NewFiling
from gongshi.cases.intake import faults
from gongshi.cases.intake.choices import (
    is_sealed_draft,
    leaf,
    office_called,
    spots_for,
    take_spot,
)
from gongshi.cases.intake.draft import Draft, Matter, new_draft
from gongshi.cases.intake.faults import LABELS, WORDS, Problem
from gongshi.cases.intake.handing_in import contact_of
from gongshi.cases.intake.kept_off import keep_off
from gongshi.cases.models import Way
from gongshi.cases.naming import is_named
from gongshi.notifications.transports import connected_channels
from gongshi.routing.suggesting import UNSURE, is_about_an_office
from gongshi.rules.questions import CONTROL
from gongshi.web.public.boxes import Choice
from gongshi.web.public.draft import read_draft
from gongshi.web.public.handing_in import matter_of
from gongshi.web.public.keeping_off import OFFICE
from gongshi.web.public.offering import offer
from gongshi.words import language, say

FORM = "call"
CHANNELS = ("phone", "walk_in", "post")
VISITORS = ("walk_in",)
LANGUAGES = {"zh": say("中文", "Chinese"), "en": say("英文", "English")}
LONGEST_ADDRESS = 300
OWN = ("channel", "way", "desk", "address", "spoken")
WAYS: dict[str, Any] = {
    "sms": say("发短信", "By text message"),
    "email": say("发邮件", "By e-mail"),
    "letter": say("寄信", "By letter"),
    "pick_up": say("到一个窗口取信", "A letter to pick up at a desk"),
    "at_once": say("现在打印，当面交给他或寄出", "Printed now, handed over or posted"),
}
TOLD = {
    "desk": say("请选在哪里取。", "Choose where to pick it up."),
    "address": say("寄信要写地址。", "A letter needs an address."),
    "way": say("请选认领码怎样交给他。", "Choose how the claim code gets there."),
    "spot": say("有几处叫这个名字，请选一处。", "Several places have this name: choose one."),
    "own": say(
        "反映的是您自己的单位，或者它的上级：这里不能登记，也请不要记下来。请告诉对方下面的其他路。",
        "It is about your own office or one above it: it cannot be taken down here. Please keep no notes, and tell "
        "them the other routes below.",
    ),
    "own_kept": say(
        "不能看到这件事的，就有您、您的单位或者它的上级：这里不能登记，也请不要记下来。请对方自己在网上送来（送出就看不到了），"
        "或者告诉他下面的其他路。",
        "Those who must not see it are you, your office or one above it: it cannot be taken down here. Please keep no "
        "notes. They can file it on the web themselves, where you will not see it, or use the other routes below.",
    ),
    "unsure": say(
        "拿不准是哪一类：问一问对方，请选一类。像的几类排在最前面。",
        "Not sure which kind it is: ask them, and choose one. The likely ones come first.",
    ),
    "old": say(
        "这一页是三天多以前打开的，没有存。要是以前按过“存”，可能已经有这一份：先查一查，没有再存。",
        "This page was opened more than three days ago, so nothing was saved. If “Save” was pressed before, it may be "
        "there: look first, and save it if it is not.",
    ),
    "files": say(
        "选好的文件有的不在了，所以没有存。请重新选，或者不要文件，再读一遍、再存。",
        "Some of the files are gone, so nothing was saved. Choose them again, or go on without them: read it back and "
        "save.",
    ),
    "only_paper": say(
        "里面有密封的一类，认领码只能现在打印。",
        "A sealed kind is among them: the claim code can only be printed now.",
    ),
}


@dataclass
class Call:
    """Everything on the way to a filing that staff type in. ``desk``: code of the office where a letter waits.

    ``doors``: the channels that whoever types it may take down from.
    """

    draft: Draft
    channel: str = "phone"
    way: str = ""
    desk: str = ""
    address: str = ""
    spoken: str = ""
    doors: tuple[str, ...] = CHANNELS

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every field that holds something, to travel along: (name, value)."""
        yield from self.draft.pairs()
        for name in OWN:
            if value := getattr(self, name):
                yield name, value

    @property
    def is_sealed(self) -> bool:
        """Whether a matter among them is of a sealed kind."""
        return is_sealed_draft(self.draft)


def new_call(at: datetime, asked: QueryDict, doors: tuple[str, ...] = CHANNELS) -> Call:
    """An empty one. ``asked``: what the address says of it, as the page of a reception day does; its channel alone."""
    draft = new_draft(at, FORM)
    draft.door = "write"
    channel = asked.get("channel") or ""
    if channel not in doors:
        channel = doors[0]
    # Whoever stands here takes the claim code along.
    way = "at_once" if channel == "walk_in" else ""
    return Call(draft, channel=channel, way=way, spoken=language(), doors=doors)


def read_call(data: QueryDict, at: datetime, doors: tuple[str, ...] = CHANNELS) -> Call:
    """What a form brought."""
    draft = read_draft(data, at, FORM)
    draft.door, draft.notify = "write", ""
    channel, way, spoken = data.get("channel") or "", data.get("way") or "", data.get("spoken") or ""
    call = Call(
        draft,
        channel=channel if channel in doors else doors[0],
        way=way if way in WAYS else "",
        desk=data.get("desk") or "",
        address=(data.get("address") or "").replace("\r\n", "\n")[: LONGEST_ADDRESS + 1],
        spoken=spoken if spoken in LANGUAGES else language(),
        doors=doors,
    )
    if call.way in ("sms", "email"):
        draft.notify = call.way
    return call


def settle(call: Call, data: QueryDict) -> list[Problem]:
    """Let words decide what was not chosen: the category, and the place where it has one name. What is still open."""
    found = []
    call.draft.matters = [m for at, m in enumerate(call.draft.matters) if at == 0 or not m.is_empty]
    for number, matter in enumerate(call.draft.matters, start=1):
        if not matter.category and matter.text.strip():
            likely = offer(matter, "write")
            if likely.how == UNSURE:
                found.append(Problem("call", f"category-{number}", TOLD["unsure"], LABELS["category"]))
            else:
                matter.category = next((node.code for node in likely.nodes), "")
        if _is_open(matter, data.get(f"spot-{number}") or ""):
            found.append(Problem("call", f"spot-{number}", TOLD["spot"], LABELS["place"]))
    return found


def _is_open(matter: Matter, chosen: str) -> bool:
    """Take the spot that the words name into the matter; True where several are left to choose from."""
    if chosen == "other" or (chosen and take_spot(matter, chosen)):
        return False
    spots = [] if matter.area else spots_for(matter.place)
    if len(spots) == 1:
        take_spot(matter, spots[0].id)
    return len(spots) > 1


def problems(call: Call, actor: StaffActor, at: datetime) -> list[Problem]:
    """Everything that keeps it from being read back and saved."""
    found = faults.problems(call.draft, engine.today(at))
    if call.is_sealed and is_named(actor, keep_off(call.draft)):
        found.append(Problem("call", OFFICE, TOLD["own_kept"], LABELS["subject"]))
    barred = subjects_barred(actor.staff_id, actor.office_id)
    for number, matter in enumerate(call.draft.matters, start=1):
        category = leaf(matter.category)
        subject = office_called(matter.subject)
        name = f"subject-{number}"
        if category is None or not is_about_an_office(category):
            continue
        if subject is None and number > 1:
            found = [one for one in found if one.name != f"category-{number}"]
            found.append(Problem("call", name, WORDS["subject"], LABELS["subject"]))
        elif subject is not None and subject.id in barred:
            found = [one for one in found if one.name != name]
            found.append(Problem("call", name, TOLD["own"], LABELS["subject"]))
    return [*found, *_handing_problems(call)]


def _handing_problems(call: Call) -> Iterator[Problem]:
    label = say("认领码", "Claim code")
    if call.way not in ways_of(call):
        yield Problem("call", "way", TOLD["only_paper" if call.way and call.is_sealed else "way"], label)
    if call.way == "pick_up" and call.desk not in {choice.value for choice in desk_choices()}:
        yield Problem("call", "desk", TOLD["desk"], label)
    if call.way == "letter" and not call.address.strip():
        yield Problem("call", "address", TOLD["address"], say("地址", "Address"))
    if CONTROL.search(call.address):
        yield Problem("call", "address", WORDS["control"], say("地址", "Address"))
    elif len(call.address) > LONGEST_ADDRESS:
        over = faults.too_long(call.address, LONGEST_ADDRESS)
        yield Problem("call", "address", over, say("地址", "Address"))


def ways_of(call: Call) -> list[str]:
    """How the code can go out here: nothing about a sealed matter goes out or waits by itself."""
    if call.is_sealed:
        return [Way.AT_ONCE.value]
    channels = connected_channels()
    return [code for code in WAYS if code in channels or code not in ("sms", "email")]


def way_choices(call: Call) -> tuple[Choice, ...]:
    """The same, to choose from; the only one is chosen."""
    codes = ways_of(call)
    chosen = codes[0] if len(codes) == 1 else call.way
    return tuple(Choice(code, WAYS[code], chosen=code == chosen) for code in codes)


def channel_choices(call: Call) -> tuple[Choice, ...]:
    """The doors through which it can have come."""
    return tuple(Choice(code, labels.CHANNELS[code], chosen=code == call.channel) for code in call.doors)


def office_choices() -> tuple[Choice, ...]:
    """Every office by name."""
    return tuple(Choice(node.code, node.name) for node in offices().values())


def desk_choices() -> tuple[Choice, ...]:
    """Where a letter can wait: offices where somebody prints letters."""
    return tuple(Choice(node.code, node.name) for node in offices().values() if prints_letters(node.id))


def filing_of(call: Call, actor: StaffActor) -> NewFiling:
    """What is handed to the one intake. For calls without problems."""
    draft = call.draft
    desk = office_called(call.desk) if call.way == "pick_up" else None
    printing = desk.id if desk else actor.office_id
    return NewFiling(
        matters=tuple(matter_of(draft, matter) for matter in draft.matters),
        language=call.spoken,
        channel=call.channel,
        contact=replace(contact_of(draft), address=call.address.strip()),
        earlier=draft.earlier.strip(),
        handing=Handing(call.way, printing if call.way in ("letter", "pick_up") else None),
    )
