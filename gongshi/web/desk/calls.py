"""Taking down what somebody says by telephone, at a counter or in a letter: one screen, read back, saved.

Nothing of it is shown again once it is saved: the answer to the form names the reference, the six digits, and how the
claim code goes out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongshi.accounts.rights import may
from gongshi.bulletin.receptions import may_take_visitors
from gongshi.cases.actions.call_drafts import CALLS_KEPT, MOST_KEPT, KeptCall, drop_call
from gongshi.cases.actions.filing import AboutOwnOffice, AlreadyFiled, Filed, FilesGone, file_filing
from gongshi.cases.actions.uploads import name_of, uploads_of
from gongshi.cases.claiming import HandingRefused
from gongshi.cases.drafts import MAX_MATTERS, MAX_TEXT
from gongshi.cases.engine import today
from gongshi.cases.intake import choices
from gongshi.cases.intake.draft import KEEP_OFF, NO_PLACE, Matter
from gongshi.cases.intake.faults import LABELS, LIMITS, WORDS, Problem
from gongshi.cases.intake.kept_off import named
from gongshi.cases.intake.noticing import pieces_of
from gongshi.cases.intake.tip_offs import is_tip_off
from gongshi.cases.models import Claim, Filing
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import Told
from gongshi.cases.routes import NobodyAbove
from gongshi.notifications.messages import CLAIM_PATH, address
from gongshi.places.queries import the_place
from gongshi.routing.queries import categories, leaves
from gongshi.routing.suggesting import SURE, UNSURE, Opinion, is_about_an_office, opinion
from gongshi.rules.ladder import is_sealed
from gongshi.safekeeping.claim_codes import claim_code_of, phone_code_of
from gongshi.web.desk import call_form
from gongshi.web.desk.access import DeskRequest, desk, staff_page
from gongshi.web.desk.call_form import Call, filing_of, new_call, problems, read_call, settle
from gongshi.web.desk.call_keeping import given_up, kept, kept_quietly, offered, taken_up, with_key
from gongshi.web.desk.letters import drawn
from gongshi.web.limits import wait_for
from gongshi.web.public.boxes import Box, Choice, wrong_with
from gongshi.web.public.form_pages import answered_questions
from gongshi.web.public.keeping_off import OFFICE, keeping_boxes, take_named
from gongshi.web.public.offering import count_offers
from gongshi.web.public.steps import change_boxes, keep_files
from gongshi.web.public.text_page import listed_areas, question_box
from gongshi.words import say

UNTAKEN, CONFLICT = 422, 409
LIKELY = {
    SURE: say("看起来是", "Looks like"),
    UNSURE: say("拿不准，也许是", "Not sure, perhaps"),
}
# A reply that was lost is asked for again at once. Later the same form shows nothing but the reference.
SHOWN_AGAIN = timedelta(minutes=10)


@staff_page("GET", "POST")
def call(request: DeskRequest) -> HttpResponse:
    """The screen; POST does what its button says."""
    at = timezone.now()
    doors = _doors(request, at)
    if request.method != "POST":
        return _screen(request, new_call(at, request.GET, doors), [], begun=offered(request, at))
    verb, _, which = (request.POST.get("go") or "check").partition(":")
    if verb == "resume":
        return _screen(request, taken_up(request, which, at, doors), [])
    if verb == "forget":
        given_up(request, which)
        return redirect("desk:call")
    taken = read_call(request.POST, at, doors)
    if verb == "typed":
        return kept_quietly(request, taken, at)
    answer = _answer(request, taken, verb, which, at)
    return answer if verb == "save" else with_key(answer, kept(request, taken, at))


def _doors(request: DeskRequest, at: datetime) -> tuple[str, ...]:
    """What may be taken down now: by operators whatever comes, on a reception day by others what visitors say."""
    if may(request.actor, "call.take"):
        return call_form.CHANNELS
    if may_take_visitors(request.actor, at):
        return call_form.VISITORS
    raise NotFound


def _answer(request: DeskRequest, taken: Call, verb: str, which: str, at: datetime) -> HttpResponse:
    wrong = keep_files(taken.draft, request.POST, request.FILES, at, lambda: wait_for("uploads", request))
    if verb in ("add", "drop", "unfile", "change", "cut", "join"):
        change_boxes(taken.draft, verb, which)
        return _screen(request, taken, wrong, last=verb == "add")
    take_named(taken.draft, request.POST)
    if verb in ("keep", "unkeep"):
        return _screen(request, taken, wrong)
    settled = settle(taken, request.POST)
    wrong += [one for one in settled if verb != "find" or not one.name.startswith("category-")]
    if verb == "save" and taken.draft.renewed:
        wrong.append(Problem("call", "text-1", call_form.TOLD["old"], LABELS["text"]))
    # Looking something up complains of nothing but names that several places have.
    wrong += [] if verb == "find" else _not_said(problems(taken, request.actor, at), wrong)
    if wrong or verb == "find":
        return _screen(request, taken, wrong)
    return _save(request, taken, at) if verb == "save" else _read_back(request, taken, at)


def _not_said(found: list[Problem], said: list[Problem]) -> list[Problem]:
    """Those about boxes of which nothing was said yet."""
    names = {one.name for one in said}
    return [one for one in found if one.name not in names]


def _screen(
    request: DeskRequest,
    taken: Call,
    wrong: list[Problem],
    *,
    last: bool = False,
    begun: Sequence[KeptCall] = (),
) -> HttpResponse:
    draft = taken.draft
    rows = {row.id: row for row in uploads_of(draft.receipt)} if any(m.files for m in draft.matters) else {}
    elsewhere = (call_form.TOLD["own"], call_form.TOLD["own_kept"], WORDS["nobody_above"])
    own_office = any(problem.text is text for problem in wrong for text in elsewhere)
    context = {
        "draft": draft,
        "begun": [(one, one.saved_at + CALLS_KEPT) for one in begun],
        "most_kept": MOST_KEPT,
        "operator": taken.doors == call_form.CHANNELS,
        "found": wrong,
        "files_lost": draft.files_lost,
        "page_url": reverse("desk:call"),
        "hidden": [("draft", draft.token), ("matters", str(len(draft.matters))), (KEEP_OFF, draft.keep_off)]
        + [(f"file-{n}", str(one)) for n, m in enumerate(draft.matters, start=1) for one in m.files]
        + [
            (f"{part}-{n}", value)
            for n, m in enumerate(draft.matters, start=1)
            for part in ("offered", "whole", "piece")
            if (value := getattr(m, part))
        ],
        "matters": [
            {
                **_boxes(matter, number, wrong),
                "pieces": pieces_of(matter, draft),
                "files": [
                    {"id": one, "name": name_of(rows[one], draft.receipt)}
                    for one in matter.files
                    if one in rows and not rows[one].original
                ],
                "focus": number == (len(draft.matters) if last else 1) and not wrong,
            }
            for number, matter in enumerate(draft.matters, start=1)
        ],
        "several": len(draft.matters) > 1,
        "may_add": len(draft.matters) < MAX_MATTERS,
        "channel": Box(
            "channel",
            say("从哪里来", "It came"),
            kind="choice",
            optional=False,
            choices=call_form.channel_choices(taken),
        ),
        "contact": _contact(taken, wrong),
        "sealed": taken.is_sealed,
        "keeping": keeping_boxes(draft, wrong_with(wrong, OFFICE)) if taken.is_sealed else None,
        "place_note": the_place().words.get("operator_note"),
        "routes": the_place().routes if own_office else [],
        **desk(request),
    }
    return render(request, "desk/call.html", context, status=UNTAKEN if wrong else 200)


def _boxes(matter: Matter, number: int, wrong: list[Problem]) -> dict[str, Any]:
    category = choices.leaf(matter.category)
    spots = [] if matter.area else choices.spots_for(matter.place)
    return {
        "number": number,
        "cut": bool(matter.whole),
        "text": Box(
            f"text-{number}",
            say("说了什么", "What they say"),
            kind="words",
            value=matter.text,
            hint=say("照他说的写，一件事一格。", "In their own words; one matter in each box."),
            wrong=wrong_with(wrong, f"text-{number}"),
            optional=False,
            limit=MAX_TEXT,
        ),
        "boxes": [
            Box(
                f"place-{number}",
                say("在哪里", "Where"),
                value=matter.place,
                hint=say("路名、小区、附近的店。", "Road, estate, a shop nearby."),
                wrong=wrong_with(wrong, f"place-{number}"),
                limit=LIMITS["place"],
            ),
            *([_spot_box(number, spots, wrong)] if len(spots) > 1 else []),
            _list(
                f"area-{number}",
                say("区域", "Area"),
                matter.area,
                (("", (Choice("", say("按地名来定", "By the words")),)), *listed_areas()),
                wrong,
            ),
            _list(f"category-{number}", LABELS["category"], matter.category, _kinds(matter), wrong),
            *([_subject_box(matter, number, wrong)] if _asks_office(matter) else []),
            *(question_box(matter, number, one, wrong) for one in (category.questions if category else ())),
            Box(
                f"wish-{number}",
                say("希望怎样", "What should be done"),
                value=matter.wish,
                wrong=wrong_with(wrong, f"wish-{number}"),
                limit=LIMITS["wish"],
            ),
        ],
        "tip_off": is_tip_off(matter),
        "files_box": Box(
            f"files-{number}",
            say("扫描件或照片", "Scan or photos"),
            kind="files",
            hint=say("来信、来访带来的材料。", "The letter, or what they brought."),
            wrong=wrong_with(wrong, f"files-{number}"),
        ),
    }


def _list(name: str, label: Any, value: str, groups: tuple[Any, ...], wrong: list[Problem]) -> Box:
    return Box(name, label, kind="list", value=value, wrong=wrong_with(wrong, name), groups=groups)


def _spot_box(number: int, spots: list[choices.Spot], wrong: list[Problem]) -> Box:
    name = f"spot-{number}"
    listed = [Choice(spot.id, f"{spot.name} · {spot.where}") for spot in spots]
    other = Choice("other", say("都不是", "None of these"))
    return Box(
        name,
        say("是哪一处？", "Which of these?"),
        kind="choice",
        wrong=wrong_with(wrong, name),
        optional=False,
        choices=(*listed, other),
    )


def _kinds(matter: Matter) -> tuple[Any, ...]:
    """What the words make likely first, then every category by its group."""
    likely = opinion(f"{matter.text}\n{matter.wish}", "write") if matter.text.strip() else None
    found: dict[Any, list[Choice]] = {}
    for node in leaves():
        found.setdefault(node.path[-1], []).append(Choice(node.code, node.name))
    groups = [
        (known.name if (known := categories().get(group)) else "", tuple(nodes))
        for group, nodes in found.items()
    ]
    by_words = ("", (Choice("", say("按说的来定", "By the words")),))
    first = _likely(likely) if likely else []
    # One that is chosen is marked in its own group.
    return (by_words, *(first if not matter.category else []), *groups)


def _likely(found: Opinion) -> list[tuple[Any, tuple[Choice, ...]]]:
    words = LIKELY.get(found.how, say("看起来像", "Looks like"))
    return [(words, tuple(Choice(node.code, node.name) for node in found.nodes))] if found.nodes else []


def _asks_office(matter: Matter) -> bool:
    category = choices.leaf(matter.category)
    return category is not None and is_about_an_office(category)


def _subject_box(matter: Matter, number: int, wrong: list[Problem]) -> Box:
    offices = (("", call_form.office_choices()),)
    box = _list(f"subject-{number}", LABELS["subject"], matter.subject, offices, wrong)
    return Box(**{**vars(box), "optional": False})


def _contact(taken: Call, wrong: list[Problem]) -> list[Box]:
    draft, private = taken.draft, {"private": True, "complete": "off"}

    def line(name: str, label: Any, **more: Any) -> Box:
        return Box(name, label, wrong=wrong_with(wrong, name), **more)

    return [
        line(
            "way",
            say("认领码怎样交给他", "How the claim code gets there"),
            kind="choice",
            optional=False,
            choices=call_form.way_choices(taken),
            hint=say(
                "有了它，他自己换回执；您看不到。",
                "With it they get their receipt themselves; you do not see it.",
            ),
        ),
        line("phone", LABELS["phone"], kind="tel", value=draft.phone, **private),
        line("name", LABELS["name"], value=draft.name, limit=LIMITS["name"], **private),
        line("address", say("地址（寄信用）", "Address, for a letter"), value=taken.address, **private),
        line("email", LABELS["email"], kind="email", value=draft.email, **private),
        line(
            "desk",
            say("在哪里取信", "Where to pick it up"),
            kind="list",
            value=taken.desk,
            groups=(("", (Choice("", say("不取", "Nowhere")), *call_form.desk_choices())),),
        ),
        line(
            "spoken",
            say("对方用什么语言", "Their language"),
            kind="list",
            value=taken.spoken,
            groups=(("", tuple(Choice(code, name) for code, name in call_form.LANGUAGES.items())),),
        ),
        line(
            "earlier",
            say("以前反映过？编号", "Reported before? Its number"),
            value=draft.earlier,
            limit=LIMITS["earlier"],
        ),
    ]


def _read_back(request: DeskRequest, taken: Call, at: datetime) -> HttpResponse:
    """What is read to whoever said it, before it is saved."""
    draft = taken.draft
    told = []
    for number, matter in enumerate(draft.matters, start=1):
        whole, category = draft.whole(matter), choices.leaf(matter.category)
        shown = category is not None and not is_sealed(category.kind)
        node = choices.chosen_area(whole)
        told.append(
            {
                "matter": whole,
                "number": number,
                "category": category,
                "pieces": pieces_of(matter, draft),
                "way": choices.destination(draft, matter, category, at, channel=taken.channel)
                if shown and category
                else None,
                "subject": choices.office_called(matter.subject) if _asks_office(matter) else None,
                "where": choices.way(node) if node else "",
                "no_place": whole.area == NO_PLACE,
                "answers": answered_questions(category, matter),
                "tip_off": is_tip_off(whole),
                "files": len(matter.files),
            }
        )
    context = {
        "call": taken,
        "page_url": reverse("desk:call"),
        "draft": draft,
        "matters": told,
        "several": len(told) > 1,
        "hidden": list(taken.pairs()),
        "way": call_form.WAYS[taken.way],
        "at_desk": choices.office_called(taken.desk) if taken.way == "pick_up" else None,
        "sealed": taken.is_sealed,
        "kept": named(draft) if taken.is_sealed else [],
        **desk(request),
    }
    return render(request, "desk/call_check.html", context)


def _save(request: DeskRequest, taken: Call, at: datetime) -> HttpResponse:
    draft = taken.draft
    try:
        filed = file_filing(
            filing_of(taken, request.actor), receipt=draft.receipt, actor=request.actor, at=at
        )
    except NobodyAbove:
        name = OFFICE if named(draft) else "subject-1"
        return _screen(request, taken, [Problem("call", name, WORDS["nobody_above"], LABELS["subject"])])
    except AboutOwnOffice:
        return _screen(
            request, taken, [Problem("call", "subject-1", call_form.TOLD["own"], LABELS["subject"])]
        )
    except HandingRefused:
        return _screen(
            request, taken, [Problem("call", "way", call_form.TOLD["way"], say("认领码", "Claim code"))]
        )
    except FilesGone:
        draft.keep_only({row.id for row in uploads_of(draft.receipt)})
        return _screen(request, taken, [Problem("call", "files-1", call_form.TOLD["files"], LABELS["files"])])
    except AlreadyFiled as earlier:
        return _taken(request, taken, earlier.filing, at, changed=True)
    if filed.created:
        count_offers(draft, today(at))
    return _taken(request, taken, filed.filing, at, filed=filed)


def _taken(
    request: DeskRequest,
    taken: Call,
    filing: Filing,
    at: datetime,
    *,
    filed: Filed | None = None,
    changed: bool = False,
) -> HttpResponse:
    """The reference to be said, the six digits, and what becomes of the claim code. Nothing of what was typed."""
    drop_call(taken.draft.kept_as, request.actor)
    claim = Claim.objects.filter(filing=filing).select_related("filing").first()
    fresh = filed is not None and (filed.created or (claim is not None and at < claim.made_at + SHOWN_AGAIN))
    way = claim.way if claim else ""
    context: dict[str, Any] = {
        "reference": filing.reference,
        "changed": changed,
        "fresh": fresh,
        "phone_code": phone_code_of(taken.draft.receipt) if fresh and not filing.sealed else "",
        "sealed": filing.sealed,
        "way": way,
        "at_desk": choices.office_called(taken.desk) if way == "pick_up" else None,
        "page_url": reverse("desk:call"),
        "claim_address": address(taken.spoken) + CLAIM_PATH,
        **desk(request),
    }
    if fresh and claim and way == "at_once":
        told = Told(claim_code_of(taken.draft.receipt), taken.draft.name, taken.address)
        context["letter"] = drawn(claim, told)
    return render(request, "desk/call_taken.html", context, status=CONFLICT if changed else 200)
