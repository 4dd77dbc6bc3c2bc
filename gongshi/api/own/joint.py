"""What is followed together, by program: read with one's own receipt as the page shows it, begun, and left again.

Nothing here depends on who else is in it: a member reads what an office told all since they joined (decision 0023), and
who speaks reads what those who speak read on their page. docs/rules/collective.md.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Router, Schema

from gongshi.accounts.actors import Resident
from gongshi.api.form.choosing import Coded
from gongshi.api.own.doing import CHANGES, REFUSALS, Number, by_visit, changed, opened, visitor_of
from gongshi.api.own.shapes import OwnOut
from gongshi.api.own.steps import ApartIn
from gongshi.api.problems import Refusal
from gongshi.api.published import Words
from gongshi.cases import engine
from gongshi.cases.actions.recusals import NobodyLeft
from gongshi.cases.changing import Changed
from gongshi.cases.copies import look_as_data, message_as_data, plain
from gongshi.cases.following import follows
from gongshi.cases.models import Case
from gongshi.cases.queries import NotFound, case_of
from gongshi.cases.sent_again import new_key
from gongshi.cases.showing import overview, your_day
from gongshi.cases.visiting import Visitor
from gongshi.cases.ways import routes_of
from gongshi.grievances.actions.beginning import begin
from gongshi.grievances.actions.codes import NotSpeaking, SeatsTaken
from gongshi.grievances.actions.leaving import go_alone
from gongshi.grievances.actions.offers import NotEnough
from gongshi.grievances.labels import band_words
from gongshi.grievances.queries import member_of, offices_named
from gongshi.grievances.reading import Joint, asked, offers_for, read_joint
from gongshi.papers.joint import joint_told

router = Router(tags=["own filing"])
Act = Callable[[Case, Resident, datetime], object]
OVER = (
    "共同事项已经删除：保存的时间过了",
    "the joint matter is erased: the time for which it is kept is over",
)
FIVE = ("已经有五位代表，或者您已经是代表", "five speak already, or you are one of them")
NOT_ENOUGH = ("同意的还不到一半多一点，请再等等", "not quite enough consent yet: it takes more than half")
NOBODY = (
    "您点了名的单位不能看，这样一来没有单位能接着办，所以没有改",
    "with the offices that you named kept away, none is left to go on with it: nothing was changed",
)


class JointStageOut(Schema):
    """Where it stands. ``due_on``: the day of the clock that runs, if one does."""

    name: Words
    says: Words
    due_on: date | None


class SpokenOut(Schema):
    """For who speaks: where it stands, the talk with the office, who looked, the join code ("" while nobody can join).

    ``asked``: the question that the office waits to have answered; "" for none. ``over``: nothing more can be written.
    ``join_at``: the page where the code is typed. The code is handed on by hand; it belongs in no address and no group.
    ``words_key``: goes along with ``words``, so that the same sent twice is added once.
    """

    stage: JointStageOut
    asked: str
    over: bool
    messages: list[dict[str, Any]]
    looks: list[dict[str, Any]]
    code: str
    join_at: str
    words_key: str


class OffersOut(Schema):
    """While nobody speaks: offers to, by their marks. ``marks``: of others; ``consented``: those that one consents to.

    ``own``: one's own mark, which one tells those who know one; ``until``: the day until which it stands; ``enough``:
    one may begin.
    """

    marks: list[str]
    consented: list[str]
    own: str
    until: date | None
    enough: bool


class JointOut(Schema):
    """A joint matter as this member reads it. ``about_how_many``: from, to (null: or more), which are blurred.

    ``answered``: it is for each to go on alone, until ``until``, or to let it rest. ``told``: what an office told all
    since they joined. ``speaks``: whether they speak for it, and so read ``spoken``. ``offers``: while nobody does.
    ``kept_off``: offices that they named for their own matter. ``invitation``: a code to speak, only where it was made.
    """

    text: str
    about_how_many: list[int | None]
    about: Words
    answered: bool
    until: date | None
    answers: list[dict[str, Any]]
    told: list[dict[str, Any]]
    routes: list[dict[str, Any]]
    speaks: bool
    spoken: SpokenOut | None
    offers: OffersOut | None
    kept_off: list[Coded]
    invitation: str = ""


class TogetherIn(Schema):
    """``text``: what whoever joins reads, and all that the office works on from then on."""

    seen: int
    text: str


DONE = {200: JointOut, **CHANGES}


@router.get(
    "/filing/matters/{number}/joint",
    response={200: JointOut, **REFUSALS},
    auth=by_visit,
    url_name="own_joint",
)
def own_joint(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Read what one's own matter follows, where it is ``joint``. Nothing of the reading is stored."""
    visitor, at = visitor_of(request), timezone.now()
    return dict(opened(lambda: joint_read(visitor, followed(visitor, number), at)))


@router.post("/filing/matters/{number}/together", response=DONE, auth=by_visit, url_name="own_together")
def own_together(request: HttpRequest, number: Number, said: TogetherIn) -> dict[str, Any]:
    """Let others join, where ``may_have_others``: one's own words stay one's own, and one speaks for all."""

    def act(case: Case, who: Resident, at: datetime) -> None:
        begin(case, said.text, actor=who, at=at, seen=said.seen)

    return jointly(request, number, act, of=case_of_visitor)


@router.post(
    "/filing/matters/{number}/joint/alone",
    response={200: OwnOut, **CHANGES},
    auth=by_visit,
    url_name="own_alone",
)
def own_alone(request: HttpRequest, number: Number, nothing: ApartIn) -> dict[str, Any]:  # noqa: ARG001
    """Leave, and go on alone where the joint one stands. The others are neither affected nor told."""
    return changed(request, acting(request, number, lambda case, who, at: go_alone(case, actor=who, at=at)))


def case_of_visitor(visitor: Visitor, number: int) -> Case:
    """A matter of the filing. Raises NotFound."""
    return case_of(visitor.filing, number)


def followed(visitor: Visitor, number: int) -> Case:
    """A matter of the filing that follows a joint one. Raises NotFound."""
    case = case_of(visitor.filing, number)
    if not follows(case):
        raise NotFound
    return case


def jointly(
    request: HttpRequest,
    number: int,
    act: Act,
    *,
    of: Callable[[Visitor, int], Case] = followed,
) -> dict[str, Any]:
    """Do it, and read the joint matter as it stands then; with what ``act`` gives where that is a code to hand on."""
    made: list[str] = []

    def noted(case: Case, who: Resident, at: datetime) -> None:
        code = act(case, who, at)
        made.extend([code] if isinstance(code, str) else [])

    def then(visitor: Visitor, at: datetime) -> dict[str, Any]:
        return joint_read(visitor, followed(visitor, number), at) | {"invitation": "".join(made)}

    return changed(request, acting(request, number, noted, of=of), then)


def acting(
    request: HttpRequest,
    number: int,
    act: Act,
    *,
    of: Callable[[Visitor, int], Case] = followed,
) -> Callable[[datetime], None]:
    """A step of one matter that is refused in the words of what is followed together."""
    visitor = visitor_of(request)
    who = Resident(visitor.filing.id, visitor.receipt_id, visitor.receipt)

    def action(at: datetime) -> None:
        case = of(visitor, number)
        try:
            act(case, who, at)
        except SeatsTaken:
            raise Refusal(*FIVE, 409) from None
        except NotEnough:
            raise Refusal(*NOT_ENOUGH, 409) from None
        except NobodyLeft:
            raise Refusal(*NOBODY, 409, elsewhere=plain(routes_of(case))) from None
        except (NotSpeaking, NotFound):
            # It was there a moment ago: somebody speaks by now, or speaks no more.
            raise Changed from None

    return action


def joint_read(visitor: Visitor, case: Case, at: datetime) -> dict[str, Any]:
    """The joint matter as `JointOut` has it. Raises Refusal where it is erased, Erased, KeyMissing."""
    try:
        member = member_of(case)
        joint = read_joint(member, visitor)
    except NotFound:
        raise Refusal(*OVER, 410) from None
    return {
        **joint_told(joint),
        "about": band_words(joint.band),
        "answered": joint.answered,
        "until": your_day(joint.case, joint.clocks) if joint.answered else None,
        "routes": plain(routes_of(joint.case)),
        "speaks": joint.spoken is not None,
        "spoken": _spoken(joint, at),
        "offers": _offers(member, visitor, at) if joint.vacant else None,
        "kept_off": list(offices_named(case).values()),
    }


def _spoken(joint: Joint, at: datetime) -> dict[str, Any] | None:
    spoken = joint.spoken
    if spoken is None:
        return None
    seen = overview(spoken.case, spoken.clocks, at)
    stage = seen["stage"]
    return {
        "stage": {"name": stage.name, "says": stage.says, "due_on": seen["clock"].due_on},
        "asked": asked(joint, at),
        "over": spoken.case.closed_at is not None,
        "messages": plain([message_as_data(one) for one in spoken.messages]),
        "looks": plain([look_as_data(one) for one in spoken.looks]),
        "code": spoken.code,
        "join_at": reverse("public:join"),
        "words_key": new_key(at),
    }


def _offers(member: Any, visitor: Visitor, at: datetime) -> dict[str, Any]:
    found = offers_for(member, visitor.receipt, engine.today(at))
    return {
        "marks": found.marks,
        "consented": found.backed,
        "own": found.own,
        "until": found.until,
        "enough": found.enough,
    }
