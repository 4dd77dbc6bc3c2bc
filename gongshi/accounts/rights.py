"""Who may do what: one table. A right is asked for by name; what stands nowhere here nobody may do.

`gongshi roles` prints the table, the desk's page of rights shows it, and docs/guides/rights.md is tested against it. It
says what a role may do at all; which cases somebody meets is `cases.queries`, which moves `cases.engine`.
"""

from dataclasses import dataclass

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Role
from gongshi.words import Words, pair

# The most particular first: the one that the resident reads of whoever holds several.
ROLES: dict[str, Words] = {
    "lead": pair("包案责任人", "Lead officer"),
    "handler": pair("承办人", "Handler"),
    "dispatcher": pair("分派员", "Dispatcher"),
    "supervisor": pair("督办人", "Supervisor"),
    "reviewer": pair("公开审核员", "Publication reviewer"),
    "operator": pair("话务员", "Operator"),
    "reader": pair("外部读者", "Outside reader"),
    "administrator": pair("管理员", "Administrator"),
}


@dataclass(frozen=True)
class Right:
    """One right: the roles that carry it, its name, and what it is for."""

    code: str
    roles: frozenset[str]
    name: Words
    purpose: Words


def _right(code: str, roles: str, name: Words, purpose: Words) -> Right:
    return Right(code, frozenset(roles.split()), name, purpose)


TABLE = (
    _right(
        "case.list",
        "lead handler dispatcher supervisor",
        pair("看事项清单", "See lists of cases"),
        pair("本单位的事项，只有种类、环节和期限", "cases of one's own office: kind, stage and days only"),
    ),
    _right(
        "case.read",
        "lead handler dispatcher supervisor",
        pair("打开内容", "Open the content"),
        pair("每次都留一条居民看得到的查阅记录", "each time leaves a look that the resident can read"),
    ),
    _right(
        "case.work",
        "lead handler dispatcher",
        pair("办理", "Work on cases"),
        pair("受理、转交、提问、答复、写内部记录", "accept, hand over, ask, answer, write notes"),
    ),
    _right(
        "case.name_handler",
        "lead supervisor",
        pair("指定承办人和包案责任人", "Name the handler and the lead officer"),
        pair(
            "有人回避、离岗或还没人接时，定由谁办、由谁负责",
            "says who works on a case, and who answers for it, when whoever did must not or cannot",
        ),
    ),
    _right(
        "case.approve",
        "lead supervisor",
        pair("负责人批准", "Approve for the office"),
        pair(
            "程序规定由单位负责人定的步骤，如延长信访办理期限",
            "steps that only the head of an office takes, such as extending a grievance's time",
        ),
    ),
    _right(
        "recusal.self",
        "lead handler dispatcher supervisor",
        pair("自己回避", "Step back oneself"),
        pair("从此看不到这件事，也不知道它的下文", "from then on the case does not exist for them"),
    ),
    _right(
        "recusal.order",
        "supervisor",
        pair("令人回避", "Keep others from a case"),
        pair("让下级单位或人员看不到一件事", "hides a case from an office below or from staff"),
    ),
    _right(
        "recusal.undo",
        "supervisor",
        pair("撤销回避", "Undo a recusal"),
        pair("只能由被回避者的上级撤销", "only by a superior of whoever was recused"),
    ),
    _right(
        "case.oversee",
        "supervisor",
        pair("看下级单位的事项", "See what the offices below have"),
        pair("督办要先知道哪些超期", "to know what is late there"),
    ),
    _right(
        "case.supervise",
        "supervisor",
        pair("督办", "Supervise"),
        pair("督办、指定承办单位、提出意见、接手", "press, name the office, give instructions, take over"),
    ),
    _right(
        "glass.ask",
        "supervisor",
        pair("申请紧急查阅", "Ask to break glass"),
        pair(
            "看不到的事项，说明原因，由另一单位的人批准后看60分钟",
            "a case that they do not see, with a reason; read for 60 minutes once another office approves",
        ),
    ),
    _right(
        "glass.approve",
        "lead supervisor",
        pair("批准紧急查阅", "Approve breaking glass"),
        pair("本人看得到的事项，申请人在另一单位", "for a case that they see; whoever asks works elsewhere"),
    ),
    _right(
        "board.read",
        "supervisor",
        pair("看督办页", "Read the board"),
        pair("下级单位超期和快到期的清单", "lists of what is late or nearly late in the offices below"),
    ),
    _right(
        "look.supervision",
        "supervisor",
        pair("为督办查阅", "Look in order to supervise"),
        pair("不承办的事项，先说明原因才能打开", "opens a case of another office, with this reason"),
    ),
    _right(
        "look.dispatch",
        "dispatcher supervisor",
        pair("为分派查阅", "Look in order to dispatch"),
        pair("不承办的事项，先说明原因才能打开", "opens a case of another office, with this reason"),
    ),
    _right(
        "case.review_publication",
        "reviewer",
        pair("审核公开", "Review what goes public"),
        pair(
            "只看居民同意公开的那一份，和要同它一起公开的答复，只能去掉字",
            "reads the copy that a resident agreed to, and answers to be shown beside it; can only take words out",
        ),
    ),
    # Who answered must not decide what a reader sees of it: `cases.samples` asks for another office.
    _right(
        "sample.check",
        "reviewer lead",
        pair("核对抽样的答复", "Check sampled answers"),
        pair(
            "别的单位的答复，交外部读者以前只能再去掉字",
            "of other offices, before outside readers see them; can only take words out",
        ),
    ),
    _right(
        "sample.read",
        "reader",
        pair("读抽样的答复", "Read sampled answers"),
        pair(
            "每季两位，各自回答五个问题；没有别的角色的人才行",
            "two each quarter, five questions each, apart; only whoever holds no other role",
        ),
    ),
    # Whoever takes something down heard it once; nothing of it opens to them again.
    _right(
        "call.take",
        "operator",
        pair("代为登记", "Take down filings"),
        pair(
            "电话、来访、来信；登记以后看不到内容", "by telephone, in person, by post; not shown again after"
        ),
    ),
    # On that day whoever came stands before them: no office sends somebody away for want of an operator.
    _right(
        "visitor.take",
        "lead handler dispatcher supervisor reviewer operator",
        pair("接访当天登记来访人说的事", "Take down what visitors say"),
        pair(
            "本单位接访的当天；登记以后看不到内容",
            "on a reception day of one's own office; not shown again after",
        ),
    ),
    _right(
        "letter.print",
        "operator",
        pair("打印认领信", "Print claim letters"),
        pair("每封只能打印一次", "of one's own office; each once"),
    ),
    _right(
        "cover.note",
        "lead handler dispatcher supervisor",
        pair("登记自己不在", "Say that one is away"),
        pair("写明日期和由谁代，不用写原因", "from when to when and who stands in; never why"),
    ),
    _right(
        "cover.arrange",
        "lead supervisor",
        pair("安排替班和值班", "Arrange cover and duty"),
        pair("本单位的人，以及休息日谁值班", "for everybody of one's office, and who is there on days off"),
    ),
    # What a page says binds the office that owns it, so its lead answers for it; a reviewer knows what residents
    # agreed to show, not what the office owes. Taking a page away needs nobody's leave: wrong is worse than none.
    _right(
        "page.write",
        "lead handler dispatcher",
        pair("写办事问答", "Write answer pages"),
        pair("本单位的问答：写草稿、改、撤下", "pages of one's own office: draft, change, withdraw"),
    ),
    _right(
        "template.write",
        "lead dispatcher",
        pair("写答复模板和常用语", "Write answer templates and phrases"),
        pair("本单位的；谁答复都可以用", "of one's own office; whoever answers uses them"),
    ),
    _right(
        "page.publish",
        "lead",
        pair("公布办事问答", "Publish answer pages"),
        pair("包案责任人对公布的内容负责", "the lead officer answers for what a page says"),
    ),
    # An outage is known to whoever is on duty, and news of it is worth most in its first minutes: nobody has to agree.
    _right(
        "disruption.announce",
        "lead handler dispatcher",
        pair("发停水停电和施工通知", "Announce outages and works"),
        pair("本单位的通知：发、改、说已恢复、撤下", "of one's own office: announce, change, end, withdraw"),
    ),
    # A day that an office announces binds it; who may be kept from coming is nobody's to see before that day.
    _right(
        "reception.arrange",
        "lead dispatcher",
        pair("公布接访日", "Announce reception days"),
        pair(
            "本单位的：公布、写明原因改期或取消",
            "of one's own office: announce; move or call off with a reason",
        ),
    ),
    _right(
        "reception.receive",
        "lead dispatcher operator",
        pair("接访当天看时段", "See the times on a reception day"),
        pair(
            "只在当天：哪些时段有人约、核对预约码", "on the day alone: which times are booked; check a code"
        ),
    ),
    _right(
        "settings.change",
        "administrator",
        pair("改本地的设置", "Change the settings"),
        pair(
            "单位、人员、类别、分派规则、承诺、模板、文字；试算时看得到最近事项的编号",
            "offices, staff, categories, routing, promises, templates, words; when trying out sees references of cases",
        ),
    ),
)

RIGHTS: dict[str, Right] = {right.code: right for right in TABLE}


class NotAllowed(PermissionError):
    """The actor may not do this. ``right`` is the name of the right that is missing."""

    def __init__(self, right: str) -> None:
        super().__init__(right)
        self.right = right


def may(actor: StaffActor, right: str) -> bool:
    """Whether one of the actor's roles carries ``right``."""
    return bool(RIGHTS[right].roles & actor.roles)


def needs_second_factor(actor: StaffActor) -> bool:
    """Whether a password alone is too little: every right leads to content, or to what decides about it."""
    return any(may(actor, right) for right in RIGHTS) or Role.ADMINISTRATOR in actor.roles


def require(actor: StaffActor, right: str) -> None:
    """Raise `NotAllowed` unless the actor holds ``right``."""
    if not may(actor, right):
        raise NotAllowed(right)


TAKING_DOWN = ("call.take", "visitor.take")


def require_any(actor: StaffActor, *rights: str) -> None:
    """Raise `NotAllowed` unless the actor holds one of ``rights``."""
    if not any(may(actor, right) for right in rights):
        raise NotAllowed(rights[0])


def may_only(actor: StaffActor, right: str) -> bool:
    """Whether each of the actor's roles carries ``right``, and so they are nothing else in this office."""
    return bool(actor.roles) and actor.roles <= RIGHTS[right].roles


def role_shown(actor: StaffActor, right: str = "") -> str:
    """The one role that the resident reads: the most particular that the member of staff holds.

    right: what they use, where it is not all the same; then the most particular that carries it.
    """
    roles = RIGHTS[right].roles & actor.roles if right else actor.roles
    return next(role for role in ROLES if role in roles)
