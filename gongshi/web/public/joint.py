"""A joint matter, for whoever's own follows it: what all of them read, and what those who speak do for them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from gongshi.accounts.actors import Resident
from gongshi.cases import engine, labels
from gongshi.cases.actions.moves import Changed
from gongshi.cases.actions.recusals import NobodyLeft
from gongshi.cases.following import follows
from gongshi.cases.intake.faults import WORDS
from gongshi.cases.models import Case, Clock
from gongshi.cases.queries import NotFound
from gongshi.cases.reading import Erased
from gongshi.cases.reprisals import reprisal_category
from gongshi.cases.sent_again import key_or_none, new_key
from gongshi.cases.showing import answer_shown, looks_shown, overview, your_day
from gongshi.cases.texts import TextRefused
from gongshi.cases.visiting import OwnCase, Visitor, own_case, own_cases, own_contact, resident
from gongshi.cases.ways import routes_of
from gongshi.grievances.actions.beginning import LONGEST, begin, can_become_joint
from gongshi.grievances.actions.codes import (
    NotSpeaking,
    SeatsTaken,
    close_joining,
    invite,
    renew_code,
    speak,
    step_down,
    take_seat,
)
from gongshi.grievances.actions.leaving import go_alone
from gongshi.grievances.labels import band_words
from gongshi.grievances.queries import member_of
from gongshi.grievances.reading import Joint, Spoken, asked, read_joint
from gongshi.rules.procedure import RefusedError
from gongshi.safekeeping.limits import attempt_at
from gongshi.web.limits import later
from gongshi.web.public import joint_offers
from gongshi.web.public.joint_keeping import keeping_shown, take_kept
from gongshi.web.public.joint_offers import offers_shown, take_offer
from gongshi.web.public.posters import in_both
from gongshi.web.public.visits import with_visit
from gongshi.web.public.withdrawing import counted, found_case
from gongshi.words import pair, say

WRONG, CONFLICT = 422, 409
CHANGED = say(
    "刚才又有了新情况，什么都没有改变。看过以后可以再按一次。",
    "Something happened in the meantime, and nothing was changed. Look again, then press once more if you want to.",
)
NO_INVITATION = say(
    "这个代表码不对，或者已经用过。请代表再给您一个。",
    "This invitation is wrong, or was used. Ask a representative for another one.",
)
FIVE = say(
    "已经有五位代表。有人退出，才能再加。", "Five speak already. One must step down before another begins."
)
NOBODY_LEFT = say(
    "您点了名的单位不能看，这样一来这里就没有单位能接着办您的了，所以没有改。可以去掉一个单位再试，或者撤回，走别的路。",
    "With the offices that you named kept away, none is left here to go on with yours, so nothing was changed. Take "
    "one off and try again, or withdraw and use another route.",
)
EMPTY = say("请写几句，再按这个按钮。", "Write a few words before you press this button.")
UNREADABLE = say(
    "这里有存不下来的字符，请重新输入。", "There are characters here that cannot be kept. Type it again."
)

JOIN_WORDS = {
    "title": pair("共同码", "Join code"),
    "way": pair(
        "打开上面的网址，或者扫一扫，输入这个码。", "Open the address above, or scan it, and type this code."
    ),
    "read": pair(
        "先看共同的话。愿意，就按“加入”，拿您自己的回执；不愿意，关掉就行，什么也不留下。",
        "Read the joint text first. To join, press “Join” and get a receipt of your own. If not, close the page: "
        "nothing is kept.",
    ),
    "care": pair(
        "谁有这个码，谁就能看到共同的话。请亲手交给信得过的人，不要拍照发到群里。",
        "Whoever has this code can read the joint text. Hand it to people you trust; post no photo of it in a group.",
    ),
}
SIMPLE = {"renew": renew_code, "close": close_joining, "step_down": step_down}
WHAT = {"speak", "invite", "seat", "alone", "keep", *SIMPLE, *joint_offers.WHAT}
UNKEEP = "unkeep:"


def joint_page(
    request: HttpRequest,
    visitor: Visitor,
    at: datetime,
    own: OwnCase,
    *,
    typed: str = "",
    wrong: tuple[str, Any] | None = None,
    notice: Any = "",
    invitation: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page in place of one's own matter. ``wrong``: a form's name and what is wrong; ``invitation``: shown once."""
    context: dict[str, Any] = {
        "filing": visitor.filing,
        "case": own.case,
        "several": len(own_cases(visitor)) > 1,
        "contact": own_contact(visitor),
        "typed": typed,
        "wrong": wrong,
        "notice": notice,
        "invitation": invitation,
        "most": LONGEST,
        "page_url": reverse("public:case", args=[own.case.number]) if request.method == "POST" else "",
    }
    try:
        joint = read_joint(member_of(own.case), visitor)
    except NotFound:
        # The joint case is erased: the time for which it is kept is over.
        return render(request, "public/filing/joint_over.html", context, status=410)
    return render(
        request, "public/filing/joint.html", {**context, **_shown(joint, own, visitor, at)}, status=status
    )


def _shown(joint: Joint, own: OwnCase, visitor: Visitor, at: datetime) -> dict[str, Any]:
    """Nothing here depends on who else is in it, on what they wrote, or on how many there are but for the band."""
    return {
        "joint": joint,
        **(_where_it_is(joint.spoken, at) if joint.spoken else {}),
        "until": your_day(joint.case, joint.clocks) if joint.answered else None,
        "answers": [answer_shown(one) for one in reversed(joint.answers)],
        "told": [
            {"text": labels.HISTORY[one.code], "on": one.on, "reason": one.reason, "letter": one.letter}
            for one in reversed(joint.told)
        ],
        "band": band_words(joint.band),
        "all_routes": routes_of(joint.case),
        "asked": asked(joint, at),
        "speak_key": new_key(at),
        "may_report": reprisal_category() is not None,
        **keeping_shown(own.case),
        **(offers_shown(own.case, visitor, engine.today(at)) if joint.vacant else {}),
    }


def _where_it_is(spoken: Spoken, at: datetime) -> dict[str, Any]:
    """The stage, its days and who looked: for those who speak."""
    seen = overview(spoken.case, spoken.clocks, at)
    return {name: seen[name] for name in ("stage", "clock", "steps")} | {"looks": looks_shown(spoken.looks)}


@with_visit
@counted
def joint(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """What a member does: speak, see to the codes, begin or cease to speak, go on alone."""
    case = found_case(visitor, number)
    what = request.POST.get("do") or ""
    if request.method != "POST" or not follows(case) or not (what in WHAT or what.startswith(UNKEEP)):
        raise Http404
    text = request.POST.get("text") or ""

    def again(**more: Any) -> HttpResponse:
        return joint_page(request, visitor, at, own_case(visitor, number), typed=text, **more)

    try:
        return _done(request, case, resident(visitor), at, again) or _see(number)
    except TextRefused as refused:
        return again(wrong=("speak", refusal(refused)), status=WRONG)
    except SeatsTaken:
        return again(notice=FIVE, status=CONFLICT)
    except NobodyLeft:
        return again(notice=NOBODY_LEFT, status=CONFLICT)
    except (Changed, RefusedError, NotSpeaking, NotFound):
        return again(notice=CHANGED, status=CONFLICT)
    except Erased:
        return render(request, "public/filing/erased.html", {"filing": visitor.filing}, status=410)


def _done(
    request: HttpRequest, case: Case, who: Resident, at: datetime, again: Callable[..., HttpResponse]
) -> HttpResponse | None:
    """Do what was pressed; a page where there is more to say than that it is done."""
    what = request.POST.get("do") or ""
    if what == "keep" or what.startswith(UNKEEP):
        wrong = take_kept(case, request.POST.get("office") or "", what.removeprefix(UNKEEP), actor=who, at=at)
        return again(wrong=("keep", wrong), status=WRONG) if wrong else None
    if what in joint_offers.WHAT:
        wrong = take_offer(what, case, request.POST.get("mark") or "", actor=who, at=at)
        return again(wrong=("offers", wrong), status=WRONG) if wrong else None
    if what == "invite":
        return again(invitation=invite(case, actor=who))
    if what == "seat":
        return _take_seat(request, case, who, again)
    if what == "speak":
        once = key_or_none(request.POST.get("key") or "", at)
        speak(case, request.POST.get("text") or "", actor=who, at=at, once=once)
    elif what == "alone":
        go_alone(case, actor=who, at=at)
    else:
        SIMPLE[what](case, actor=who)
    return None


def refusal(refused: TextRefused) -> Any:
    """Why words were not taken in."""
    return {"empty": EMPTY, "too_long": WORDS["too_long"]}.get(refused.code, UNREADABLE)


def _take_seat(
    request: HttpRequest, case: Case, who: Resident, again: Callable[..., HttpResponse]
) -> HttpResponse | None:
    """Begin to speak. Wrong invitations are guesses, and counted; None when it was right."""
    attempt = attempt_at("joining", request.META)
    try:
        take_seat(case, (request.POST.get("code") or "")[:200], actor=who)
    except NotFound:
        response = again(wrong=("seat", NO_INVITATION), status=WRONG)
        return later(response, attempt.wait) if attempt.wait else response
    attempt.take_back()
    return None


@with_visit
def note(
    request: HttpRequest,
    visitor: Visitor,
    at: datetime,  # noqa: ARG001
    number: int,
) -> HttpResponse:
    """How to join, for paper, with the code: for those who hand it on."""
    try:
        own = own_case(visitor, number)
        spoken = read_joint(member_of(own.case), visitor).spoken
    except (NotFound, Erased):
        raise Http404 from None
    if spoken is None or not spoken.code:
        raise Http404
    address = f"{settings.BASE_URL}{reverse('public:join')}"
    context = {
        "number": number,
        "code": spoken.code,
        "words": {name: in_both(words) for name, words in JOIN_WORDS.items()},
        "site": address.partition("://")[2],
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(border=2, dark="#000", light="#fff"),
    }
    return render(request, "public/filing/joint_note.html", context)


def _see(number: int) -> HttpResponse:
    response = redirect(reverse("public:case", args=[number]))
    response.status_code = 303
    return response


@with_visit
@counted
def together(request: HttpRequest, visitor: Visitor, at: datetime, number: int) -> HttpResponse:
    """Let others join: choose the text that they will read, and see what becomes of the rest."""
    case = found_case(visitor, number)
    if not can_become_joint(case, list(Clock.objects.filter(case=case))):
        return redirect(reverse("public:case", args=[number]))
    text, wrong, status = request.POST.get("text") or "", None, 200
    if request.method == "POST":
        try:
            begin(case, text, actor=resident(visitor), at=at)
        except TextRefused as refused:
            wrong, status = refusal(refused), WRONG
        except (Changed, RefusedError):
            wrong, status = CHANGED, CONFLICT
        else:
            return _see(number)
    context = {
        "filing": visitor.filing,
        "case": case,
        "own": own_case(visitor, number),
        "typed": text,
        "wrong": wrong,
        "most": LONGEST,
        "address": reverse("public:case", args=[number]),
    }
    return render(request, "public/filing/together.html", context, status=status)
