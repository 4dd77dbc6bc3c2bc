"""Words for the codes that cases store. Stages, moves and clocks bring their own words from the procedure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gongshi.rules.letters import written_day
from gongshi.rules.procedure import ABOVE
from gongshi.words import Words, pair

HISTORY: dict[str, Words] = {
    "case.opened": pair("已登记", "Registered"),
    "case.imported": pair("由旧系统转入", "Taken over from an older system"),
    "case.letter_printed": pair("打印了认领信", "The letter with the claim code was printed"),
    "case.code_reissued": pair(
        "发了新的认领码，旧的作废", "A new claim code was sent; an earlier one is void"
    ),
    "case.claimed": pair("您认领了这份来件", "You took over this filing"),
    "case.accepted": pair("承办单位已受理", "The office has taken it on"),
    "case.declined": pair("承办单位说明不予受理", "The office declined and said why"),
    "case.acceptance_ordered": pair("上级责令受理", "The level above ordered it to be accepted"),
    "case.handed_over": pair("转交另一单位", "Handed on to another office"),
    "case.referred": pair("单位之间有分歧，交督办单位决定", "Offices disagree; the supervisor decides"),
    "case.office_invited": pair("请另一单位一起办", "Another office was asked to join"),
    "case.asked": pair("承办单位向您提问", "The office asked you something"),
    "case.replied": pair("您答复了提问", "You replied"),
    "case.added": pair("您作了补充", "You added something"),
    "case.file_added": pair("您添加了文件", "You added a file"),
    "case.files_left_out": pair("有的文件没有收下", "Some files could not be taken in"),
    "case.noted": pair("内部记录", "A note inside the office"),
    "case.extended": pair("办理时限延长", "The time limit was extended"),
    "case.answered": pair("已答复", "Answered"),
    "case.promised": pair("已答复，并承诺了完成日期", "Answered, with a promised date"),
    "case.reported_done": pair("承办单位说已完成", "The office says that it is done"),
    "case.answer_judged": pair("对答复说了意见", "The answer was judged"),
    "case.hearing_called": pair("安排听证", "A hearing was called"),
    "case.hearing_moved": pair("听证改了日子", "The hearing was moved to another day"),
    "case.hearing_held": pair("听证开了，记录已写下", "The hearing was held, and its record written"),
    "case.hearing_called_off": pair(
        "听证不开了，时限一天也不延长", "The hearing was called off; it takes no time"
    ),
    "case.hearing_away": pair("您说那天来不了", "You said that you cannot come on that day"),
    "case.hearing_recorded": pair("写下了听证记录", "The record of the hearing was written"),
    "case.hearing_remarked": pair("您对听证记录写了意见", "You remarked on the record of the hearing"),
    "case.resumed": pair("继续办理", "Work goes on"),
    "case.confirmed": pair("您确认已解决", "You confirmed the answer"),
    "case.reopened": pair("重启办理", "Reopened"),
    "case.closed_unconfirmed": pair(
        "期满未收到您的意见，记为“未确认”", "You did not say; kept as “not confirmed”"
    ),
    "case.withdrawn": pair("您撤回了", "You withdrew it"),
    "case.restored": pair("您改变主意，接着办", "You changed your mind; work goes on"),
    "case.escalated": pair("升级到上一级", "Taken to the level above"),
    "case.consented": pair("您表示同意", "You agreed"),
    "case.settled": pair("已达成一致", "Settled"),
    "case.assigned": pair("上级指定承办单位", "The supervisor named the office"),
    "case.directed": pair("上级提出办理要求", "The supervisor gave an instruction"),
    "case.taken_over": pair("上级直接办理", "The level above took it over"),
    "case.pressed": pair("上级督办", "The supervisor pressed for an answer"),
    "case.split": pair(
        "分出另一件，单独办理", "Another matter was split off, with an office and a time of its own"
    ),
    "case.split_agreed": pair("您同意分成两件", "You agreed that these are two matters"),
    "case.went_with": pair(
        "和另一份来件是同一件事：一起办，各答各的",
        "The same matter as another filing: dealt with together, answered each",
    ),
    "case.went_apart": pair("又单独办了", "It goes alone again"),
    "case.category_corrected": pair("改了类别", "The category was corrected"),
    "case.merged": pair("并入另一件，由那一件接着办", "Merged into another matter, which goes on"),
    "case.merged_in": pair(
        "另一件并了进来，期限取较早的", "Another matter was merged into this one; the earlier day counts"
    ),
    "case.joined": pair("加入了共同事项，由那一件接着办", "Joined a matter of many, which goes on"),
    "case.made_collective": pair("成为多人共同的事项", "It became a matter of many"),
    "case.went_alone": pair("离开共同事项，自己接着办", "Left the matter of many, and goes on alone"),
    "move.undone": pair("撤销了上一步", "The last step was undone"),
    "clock.warned": pair("临近期限，已提醒承办单位", "Time is nearly up; the office was reminded"),
    "case.supervised": pair("超过期限，督办自动启动", "Time ran out; supervision began by itself"),
    "case.overdue": pair(
        "超过期限，这里没有上一级可以督办", "Time ran out, and nobody here stands above to press"
    ),
    "case.went_outside": pair("您到外面的上一级去，这里到此为止", "You went on outside; it ends here"),
    "case.handler_named": pair("确定了承办人", "A handler was named"),
    "case.lead_named": pair("换了包案责任人", "Another lead officer answers for it"),
    "case.lead_covered": pair("包案责任人不在，有人代", "The lead officer is away; somebody stands in"),
    "case.lead_back": pair("包案责任人回来了", "The lead officer is back"),
    "case.staff_recused": pair("一名工作人员回避，看不到这件事", "A member of staff no longer sees this"),
    "case.office_recused": pair("一个单位回避，看不到这件事", "An office no longer sees this"),
    "case.role_recused": pair(
        "这个单位的一类人员回避，看不到这件事", "Those who do certain work in this office do not see this"
    ),
    "case.earlier_recused": pair(
        "办过、看过那件事的人回避，看不到这件事", "Whoever dealt with the earlier matter does not see this"
    ),
    "case.recusal_undone": pair("上级撤销了回避", "A superior undid a recusal"),
    "case.handed_up": pair("因有人回避，交上一级办理", "Given to the level above, as somebody was recused"),
    "case.glass_asked": pair("另一单位申请紧急查阅", "Another office asked to read it in an emergency"),
    "case.glass_opened": pair("批准了紧急查阅", "Emergency reading was approved"),
    "case.glass_refused": pair("没有批准紧急查阅", "Emergency reading was refused"),
    "case.glass_closed": pair("紧急查阅结束", "Emergency reading ended"),
    "case.publication_agreed": pair("您同意公开这份内容", "You agreed to show this copy in public"),
    "case.publication_taken_back": pair("您收回了公开的同意", "You took back your consent to show it"),
    "case.published": pair("审核后已公开", "Shown in public after review"),
    "case.publication_refused": pair("审核后没有公开", "Not shown in public after review"),
    "case.publication_kept_back": pair(
        "没有公开：那个月的统计已经发布，再公开这一件，可能让人推算出别人的事",
        "Not shown in public: that month's figures are out, and beside them it could let others' matters be worked out",
    ),
    "case.answers_agreed": pair("您同意公开单位的答复", "You agreed to show the office's answers in public"),
    "case.answer_published": pair("答复审核后已公开", "The answer is shown in public after review"),
    "case.answer_kept_back": pair("答复审核后没有公开", "The answer is not shown in public after review"),
}

_TAKEN_BACK = pair(
    "答复在通知送出前收回了，不算答复",
    "The answer was taken back before its notice was sent; it does not count",
)
UNDONE: dict[str, Words] = {
    **dict.fromkeys(("case.answered", "case.promised", "case.reported_done", "case.declined"), _TAKEN_BACK),
    "case.asked": pair(
        "提问在通知送出前收回了，不用回答", "The question was taken back; there is nothing to reply"
    ),
}


def _with_hearing(base: Words, params: Mapping[str, Any]) -> Words:
    """A case that goes on with a hearing announced: its day is the one that everybody was told, over or not."""
    day = date.fromisoformat(params["hearing"])
    zh, en = written_day(day, "zh"), written_day(day, "en")
    if day < date.fromisoformat(params["on"]):
        again = (
            pair("，也可以重新安排", ", and it can be called again")
            if params.get("renewed")
            else pair("", "")
        )
        return pair(
            f"{base['zh']}。听证的日子（{zh}）已经过了，等单位写记录{again['zh']}",
            f"{base['en']}. The day of the hearing ({en}) is over; its record is awaited{again['en']}",
        )
    return pair(f"{base['zh']}。听证的日子不变：{zh}", f"{base['en']}. The hearing stays on {en}")


def _pressed(code: str, params: Mapping[str, Any]) -> Words | None:
    """What a counted press did: which one it was, and what follows after the last."""
    times = params.get("times")
    if code == "case.escalated" and times:
        return pair(
            f"督办{times}次没有结果，自动交给再往上的一级办",
            f"Pressed {times} times in vain: it went to the next level by itself",
        )
    if code != "case.pressed" or not times:
        return None
    if params.get("last"):
        return pair(
            f"第{times}次督办，也是最后一次：逾期还没有结果，您不用再等，可以到外面去",
            f"Pressed for an answer, time {times} and the last: "
            "if they are late, you need not wait and can go on outside",
        )
    return pair(f"第{times}次督办", f"Pressed for an answer, time {times}")


_SPLIT_OFF = pair("由另一件分出，登记", "Registered: split off another matter")


def history_words(code: str, params: Mapping[str, Any], table: Mapping[str, Words] = HISTORY) -> Words:
    """A history entry in words; an undo names what was undone. KeyError for an unknown code."""
    pressed = _pressed(code, params)
    if pressed is not None:
        return pressed
    if code == "case.category_corrected":
        was, now = params["was"], params["now"]
        return pair(
            f"类别从“{was['zh']}”改成“{now['zh']}”，单位和期限不变",
            f"The category was corrected from “{was['en']}” to “{now['en']}”; office and days stay",
        )
    if "other" in params:
        base = _SPLIT_OFF if code == "case.opened" else table[code]
        return pair(f"{base['zh']}（/{params['other']}）", f"{base['en']} (/{params['other']})")
    if "hearing" in params:
        return _with_hearing(table[code], params)
    what = params.get("what", "") if code == "move.undone" else ""
    if what in UNDONE or not what:
        return UNDONE.get(what) or table[code]
    return pair(f"{table[code]['zh']}：{table[what]['zh']}", f"{table[code]['en']}: {table[what]['en']}")


BY: dict[str, Words] = {
    "resident": pair("您", "you"),
    "office": pair("承办单位", "the office"),
    "supervisor": pair("督办单位", "the supervising office"),
    "system": pair("系统", "the system"),
    "above": pair("上一级", "the level above"),
    **dict.fromkeys(ABOVE[1:], pair("再往上的一级", "the next level above")),
    "joint": pair("一起办理的单位", "an office that was asked to join"),
    "outside": pair("另一单位", "another office"),
    "operator": pair("话务员代您", "the operator, for you"),
    "mail": pair("一封邮件，发件人没有核实", "a mail whose sender nobody has checked"),
}

# By what somebody names those who must not see a matter.
NAMED_AS: dict[str, Words] = {
    "lead": pair("负责人（连同其下的人）", "Whoever heads it, and all under them"),
    "handler": pair("办事的人", "Those who work on cases there"),
    "dispatcher": pair("分派的人", "Those who hand cases out there"),
    "operator": pair("接电话、登记的人", "Those who take calls there"),
    "earlier_matter": pair("办过、看过前一件事的人", "Whoever dealt with the earlier matter"),
}

DECISIONS: dict[str, Words] = {
    "done": pair("已经办好", "Done"),
    "will_do": pair("将办理，有承诺日期", "Will be done, by a promised date"),
    "cannot": pair("不能办理，说明原因", "Cannot be done, and why"),
    "explained": pair("解释说明", "Explained"),
}

KINDS: dict[str, Words] = {
    "question": pair("咨询", "Question"),
    "request": pair("诉求", "Request"),
    "conduct": pair("反映单位或工作人员", "About an office or its staff"),
    "hazard": pair("隐患", "Hazard"),
    "grievance": pair("信访事项", "Grievance"),
    "dispute": pair("纠纷", "Dispute"),
}

CHANNELS: dict[str, Words] = {
    "web": pair("网上", "Online"),
    "phone": pair("电话", "By phone"),
    "walk_in": pair("来访", "In person"),
    "post": pair("来信", "By post"),
    "email": pair("电子邮件", "By e-mail"),
    "open311": pair("其他程序", "Through another program"),
    "import": pair("旧系统转入", "Imported"),
}

LOOK_REASONS: dict[str, Words] = {
    "assignment": pair("承办这件事项", "Works on this case"),
    "joint": pair("受邀一起办理", "Was asked to join"),
    "supervision": pair("督办", "Supervises it"),
    "dispatch": pair("分派或调整承办单位", "Decides which office handles it"),
    "break_glass": pair("紧急查阅，由另一单位批准", "Emergency reading, approved by another office"),
    "publication": pair("审核公开的内容", "Reviews what may be shown in public"),
    "contact": pair("需要与您联系", "Needs to reach you"),
    "sample_check": pair(
        "答复质量抽样：去掉能认出人的字", "Sample of answers: takes out what tells who somebody is"
    ),
    "sample_read": pair(
        "答复质量抽样：外部读者读去掉后的答复",
        "Sample of answers: an outside reader reads what was left of it",
    ),
}

LOOK_THINGS: dict[str, Words] = {
    "content": pair("内容", "the text"),
    "contact": pair("联系方式", "your contact details"),
    "file": pair("附件", "a file"),
    "work_order": pair("印给现场的工单", "a work order printed for the crew"),
    "copy": pair("申请公开的副本", "the copy to be shown in public"),
    "answer": pair("给您的答复，去掉了能认出人的字", "the answer to you, masked"),
}

# The codes stand in results that were published: they stay, and a question that changes gets a new one.
SAMPLE_QUESTIONS: dict[str, Words] = {
    "found": pair("说清楚查到了什么吗？", "Does it say what was found?"),
    "decided": pair(
        "每一点都有决定，或者讲明了为什么吗？", "Is each point in it decided, or explained with a reason?"
    ),
    "who_when": pair(
        "答应要做的事，写明谁做、哪天以前做好吗？",
        "Where it promises something, does it name who does what by which day?",
    ),
    "whom_to_call": pair("看完知道可以找谁问吗？", "Would you know from it whom to call?"),
    "plain": pair(
        "不是干这一行的人，一遍能看懂吗？", "Would somebody from outside understand it at first reading?"
    ),
}

SAMPLE_ANSWERS: dict[str, Words] = {
    "yes": pair("是", "Yes"),
    "no": pair("不是", "No"),
    "cannot_tell": pair("说不清，或没涉及", "Cannot tell, or does not arise"),
}

MARKS: dict[str, Words] = {
    "phone.mobile": pair("像手机号码", "Looks like a mobile number"),
    "phone.landline": pair("像电话号码", "Looks like a telephone number"),
    "phone.international": pair("像国外的电话号码", "Looks like a telephone number abroad"),
    "phone.local": pair("像本地电话号码", "Looks like a local telephone number"),
    "phone.spelled": pair("像用汉字写的电话号码", "Looks like a telephone number in words"),
    "identity.checked": pair("是身份证号码：校验位对得上", "An identity number: its check character fits"),
    "identity.shape": pair("像身份证号码", "Looks like an identity number"),
    "bank.checked": pair("像银行卡号：校验位对得上", "Looks like a bank card: its check digit fits"),
    "bank.shape": pair("像银行卡号", "Looks like the number of a bank card"),
    "number.long": pair("七位以上的号码", "A number of seven digits or more"),
    "plate.shape": pair("像车牌号", "Looks like a number plate"),
    "email.address": pair("像电子邮箱", "Looks like an e-mail address"),
    "account.named": pair("像微信号或QQ号", "Looks like a WeChat or QQ name"),
    "reference.shape": pair("像来件编号", "Looks like the number of a filing"),
    "home.street": pair("像街巷门牌", "Looks like a house in a street"),
    "home.building": pair("像楼栋、单元、房号", "Looks like a building or a flat"),
    "home.room": pair("像房号", "Looks like a room or a flat"),
    "name.titled": pair("像带称呼的姓名", "Looks like a name with a title"),
    "name.introduced": pair("像报出的姓名", "Looks like a name that is introduced"),
    "name.part": pair("像隐去一半的姓名", "Looks like half of a name"),
    "name.given": pair("是工作人员的姓名", "The name of somebody on the staff"),
}

PUBLIC_STATES: dict[str, Words] = {
    "open": pair("办理中", "Being worked on"),
    "answered": pair("已答复", "Answered"),
    "closed": pair("已结束", "Closed"),
}

OUTCOMES: dict[str, Words] = {
    "confirmed": pair("您已确认", "Confirmed by you"),
    "unconfirmed": pair("未确认", "Not confirmed"),
    "withdrawn": pair("已撤回", "Withdrawn"),
    "declined": pair("不予受理", "Declined"),
    "answered": pair("已答复", "Answered"),
    "settled": pair("已达成一致", "Settled"),
    "outside": pair("到外面的上一级去", "Went on outside"),
    "merged": pair("已并入另一件", "Merged into another matter"),
    "joined": pair("由共同事项接着办", "A matter of many goes on in its place"),
    "imported": pair("旧系统中已结束", "Closed in the older system"),
}


def words_for(table: dict[str, Words], code: str) -> Any:
    """The words of ``code``; an unknown code is a bug and raises KeyError."""
    return table[code]


# The parts of a hearing's notice and of its record, in the letters that are made of them.
HEARING_PARTS: dict[str, Words] = {
    "date": pair("日期", "Day"),
    "time": pair("时间", "Time"),
    "place": pair("地点", "Place"),
    "about": pair("听什么", "What is heard"),
    "invited": pair("请谁来", "Who is asked to come"),
    "minutes": pair("听证记录", "What was said"),
    "outcome": pair("结果", "What follows"),
}
MESSAGES: dict[str, Words] = {
    "question": pair("单位问", "The office asks"),
    "reply": pair("您回复", "You replied"),
    "addition": pair("您补充", "You added"),
    "mailed": pair("邮件补充", "Added by mail"),
    "hearing": pair("听证通知", "Notice of the hearing"),
    "away": pair("您说那天来不了", "You cannot come on that day"),
    "record": pair("听证记录", "Record of the hearing"),
    "remark": pair("您对记录的意见", "Your remark on the record"),
}
