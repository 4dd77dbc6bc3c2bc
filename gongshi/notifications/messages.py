"""What a notice says: that something happened to a filing, and where to look. Never what happened.

A message crosses networks, lock screens and shared mailboxes. It holds the reference and this server's address,
nothing else: no content, no office, no kind of case, no receipt. So all that can happen shares one text; its code is
kept for counting. A reminder has a text of its own, since it follows a notice that nobody acted on. So has the claim
code of a filing that staff typed in: it is what the message is for, opens nothing by itself, and dies when it is used.
That an outage is over is public and may be said: its reference is what the office announced. Staff who want it get a
week's numbers, with references and no more.
"""

from dataclasses import dataclass, field, replace

from django.conf import settings

from gongshi.notifications.models import Channel
from gongshi.words import Words, in_language, pair

_CARE = pair(
    "为保护您，本消息不写内容。回执请只在这个网址输入，不要告诉任何人，也不要回复本消息。",
    "To protect you, this message does not say more. Enter your receipt at that address only. "
    "Tell it to nobody, and do not reply to this message.",
)

_CARE_OF_MAIL = pair(
    "为保护您，本邮件不写内容。回执和认领码请只在上面的网址输入，不要写进邮件。没有给我们写过信？不必理会：没有认领码，谁也看不到、改不了什么。",
    "To protect you, this message does not say more. Enter receipt and claim code there only, never in a mail. "
    "You did not write to us? Ignore this: without the claim code nobody sees or changes anything.",
)


@dataclass(frozen=True, slots=True)
class Message:
    """The texts of one notice, with the placeholders ``{reference}``, ``{address}``, ``{code}``, ``{claim}``
    and ``{lines}``.

    ``care`` ends an e-mail.
    """

    subject: Words
    body: Words
    short: Words
    care: Words = field(default_factory=lambda: _CARE)


@dataclass(frozen=True, slots=True)
class Text:
    """A notice ready to send. ``subject`` is empty where the channel has none."""

    subject: str
    body: str


# Below the address of the language; the page itself is in gongshi.web.public.
CLAIM_PATH = "claim/"

_NEWS = Message(
    subject=pair("{reference} 有新情况", "Something happened to {reference}"),
    body=pair(
        "您好：\n\n编号 {reference} 有新情况。请打开下面的网址，输入编号和回执查看：\n{address}",
        "Hello,\n\nSomething happened to {reference}. To see it, open this address and enter the reference and "
        "your receipt:\n{address}",
    ),
    short=pair(
        "编号{reference}有新情况，请打开 {address} 凭回执查看。",
        "Something happened to {reference}. Open {address} with your receipt.",
    ),
)

_REMINDER = Message(
    subject=pair("{reference} 还等您查看", "{reference} is still waiting for you"),
    body=pair(
        "您好：\n\n编号 {reference} 还等您查看。请打开下面的网址，输入编号和回执：\n{address}",
        "Hello,\n\n{reference} is still waiting for you. Open this address and enter the reference and your "
        "receipt:\n{address}",
    ),
    short=pair(
        "编号{reference}还等您查看，请打开 {address} 凭回执查看。",
        "{reference} is still waiting for you. Open {address} with your receipt.",
    ),
)

_CLAIM = Message(
    subject=pair("{reference}：认领您的来件", "{reference}: take over your filing"),
    body=pair(
        "您好：\n\n您反映的事已登记，编号 {reference}。请打开下面的网址，输入编号和认领码，换取只有您知道的回执：\n"
        "{claim}\n\n认领码（只能用一次）：{code}",
        "Hello,\n\nWhat you told us is registered as {reference}. Open this address and enter the reference and the "
        "claim code to get a receipt that you alone know:\n{claim}\n\nClaim code (good for one time): {code}",
    ),
    short=pair(
        "已登记，编号{reference}。打开 {claim} 输入编号和认领码 {code}（只能用一次），换取回执。不要告诉任何人。",
        "Registered as {reference}. Open {claim} and enter the reference and claim code {code} (good once) "
        "to get your receipt. Tell it to nobody.",
    ),
)

_OVER = Message(
    subject=pair("已结束：{reference}", "Over: {reference}"),
    body=pair(
        "您好：\n\n有人请我们在这件事结束时告诉您：{reference}。\n现在单位说已经结束。详情：\n{address}",
        "Hello,\n\nWe were asked to tell you when this is over: {reference}.\nThe office says that it is. More:\n"
        "{address}",
    ),
    short=pair(
        "{reference}：单位说已经结束。{address} 只发这一条，号码已删除。",
        "{reference}: over, says the office. {address} The only message; your number is deleted.",
    ),
    care=pair(
        "这是唯一的一封，您的邮箱随后删除，不用退订。如果不是您留的，不必理会。请不要回复。",
        "This is the only message, and your address is deleted after it: there is nothing to unsubscribe from. If it "
        "was not you who left it, ignore this. Do not reply.",
    ),
)

_TAKEN = pair(
    "您好：\n\n您的来信已登记，编号 {reference}。请打开下面的网址，输入编号和认领码，换取只有您知道的回执，"
    "凭它看进展：\n{claim}\n\n"
    "认领码（只能用一次）：{code}\n\n要补充，回复本邮件即可。邮件在路上不保密：要反映某个单位或它的人，请用网页，"
    "那里的内容是密封的：\n"
    "{address}",
    "Hello,\n\nYour mail is registered as {reference}. Open this address and enter the reference and the claim code to "
    "get a receipt that you alone know, with which you see how it stands:\n{claim}\n\n"
    "Claim code (good for one time): {code}\n\nTo add something, reply to this message. Mail is not confidential: "
    "what concerns a public body or its people is safer in the web form, where it is sealed:\n{address}",
)
# By number alone: a name would be what somebody wrote, in a message to an address that nobody has checked.
_LEFT_OUT = pair(
    "\n\n有的附件没有收下，也没有保留。按信里的先后，是第 {left_out} 个；文件名写在来件的经过里。"
    "请凭回执在网页上补：照片（JPEG、PNG、WebP、HEIC）或 PDF，每个不超过15兆，最多8个。",
    "\n\nSome attachments could not be taken in and were not kept. In the order of your mail: {left_out}; the names "
    "stand in your filing's history. Please add them with your receipt at that address: photos (JPEG, PNG, "
    "WebP, HEIC) or PDF, up to 15 MB each, eight at most.",
)


def _taken(more: Words) -> Message:
    """The answer to a letter by mail that was taken in."""
    return Message(
        subject=pair("{reference}：您的来信已登记", "{reference}: your mail is registered"),
        body=pair(_TAKEN["zh"] + more["zh"], _TAKEN["en"] + more["en"]),
        short=_CLAIM.short,
        care=_CARE_OF_MAIL,
    )


def _held(zh: str, en: str) -> Message:
    """The answer to a letter by mail that was not: why, and what to do."""
    return Message(
        subject=pair("您的来信没有登记", "Your mail was not registered"),
        body=pair(
            f"您好：\n\n您的来信没有登记。{zh}也可以用网页：\n{{address}}\n\n急事请打电话，不要等回信。",
            f"Hello,\n\nYour mail was not registered. {en} Or use the web form:\n{{address}}\n\n"
            "If it is urgent, call; do not wait for a reply.",
        ),
        short=pair(
            "您的来信没有登记，请用网页：{address}", "Your mail was not registered. Please use {address}"
        ),
        care=_CARE_OF_MAIL,
    )


_ADDED_PARTLY = Message(
    subject=pair("您的补充已登记，有附件没有收下", "Your mail was added; some attachments were not"),
    body=pair(
        f"您好：\n\n您邮件里的话已经补充进去了。{_LEFT_OUT['zh']}\n{{address}}",
        f"Hello,\n\nWhat your mail said was added.{_LEFT_OUT['en']}\n{{address}}",
    ),
    short=pair(
        "您的补充已登记，有附件没有收下：{address}",
        "Your mail was added; some attachments were not: {address}",
    ),
    care=_CARE_OF_MAIL,
)
_FORM_ONLY = replace(
    _held("", ""),
    body=pair(
        "您好：\n\n您的来信没有登记，已从我们的邮箱里删除，内容没有保留。\n\n看字眼，它可能说的是一个单位或者它的人怎样办事，"
        "或者是一起纠纷，或者是举报个人。反映单位做法的，不能落到被反映的人手里，所以不用邮件收。请用网页，"
        "写好后是密封的，交给它的上一级：\n{address}\n\n对个人的举报，这里不收；可以找谁，写在：\n{address}file/about-persons/\n\n"
        "这是程序看字眼认的，可能认错：普通的事也请用网页。急事请打电话，不要等回信。",
        "Hello,\n\nYour mail was not registered. It was deleted from our mailbox, and nothing of what it said was "
        "kept.\n\nBy its words it may be about how an office or its people acted, a dispute, or a report about a "
        "person. A complaint about how an office acted is not taken by mail, because it must not reach those it is "
        "about. Please use the web form: there it is sealed, and goes to the level above them:\n{address}\n\n"
        "Reports about persons are not taken here; where to turn instead:\n{address}file/about-persons/\n\n"
        "A program goes by the words and may be wrong: please use the web form for an ordinary matter, too. "
        "If it is urgent, call; do not wait for a reply.",
    ),
)
_DIGEST = Message(
    subject=pair("本周待办提要", "Your week at the desk"),
    body=pair(
        "您好：\n\n{lines}\n\n详情请登录工作台：\n{address}",
        "Hello,\n\n{lines}\n\nFor more, sign in to the desk:\n{address}",
    ),
    short=pair("本周待办提要：{address}", "Your week at the desk: {address}"),
    care=pair(
        "只有编号和件数，不含任何内容。不想再收，请在工作台的“账号”里关掉。请不要回复。",
        "Numbers and references only, nothing of what anybody wrote. Switch it off under “Account” at the desk. "
        "Do not reply.",
    ),
)
_RECEIVER_OFF = Message(
    subject=pair("一个接收方已停发", "A receiver was switched off"),
    body=pair(
        "您好：\n\n一个接收公开事件的程序好几天没有收下消息，或者答复不再要了，已停止向它发送。请登录工作台查看：\n{address}",
        "Hello,\n\nA program that is told about public events took nothing for days, or answered that it wants no "
        "more. Nothing is sent to it now. Sign in to the desk to see which:\n{address}",
    ),
    short=pair(
        "一个接收公开事件的程序已停发：{address}", "A receiver of public events was switched off: {address}"
    ),
    care=pair(
        "这封信发给订了每周提要的管理员。请不要回复。",
        "This goes to administrators who have the week's mail sent. Do not reply.",
    ),
)

MESSAGES: dict[str, Message] = {
    "mail_taken": _taken(pair("", "")),
    "mail_partly": _taken(_LEFT_OUT),
    "held_too_large": _held(
        "它超过了25兆。请少带些附件，再写一封。",
        "It is larger than 25 MB. Please write again with fewer attachments.",
    ),
    "held_too_long": _held(
        "它超过了5000字。请写短些再发，或者写成 PDF 附上。",
        "It is longer than 5,000 characters. Please write a shorter one, or attach the text as a PDF.",
    ),
    "held_unreadable": _held(
        "我们读不出来：可能是加密的、损坏的，或者没有文字。请写成普通邮件再发。",
        "We cannot read it: it may be encrypted, damaged or empty. Please send it again as a plain mail.",
    ),
    "held_not_by_mail": _held(
        "标题里的编号，不能从这个邮箱用邮件补充。请凭回执在网页上补充；要是另一件事，请另写一封，标题里不要写编号。",
        "Nothing can be added by mail from this address to the reference in its subject. Please add it with your "
        "receipt at the address below; if it is about something else, write again without the reference.",
    ),
    "held_form_only": _FORM_ONLY,
    "added_partly": _ADDED_PARTLY,
    "claim": _CLAIM,
    "filed": _NEWS,
    "accepted": _NEWS,
    "moved": _NEWS,
    "asked": _NEWS,
    "extended": _NEWS,
    "hearing": _NEWS,
    "late": _NEWS,
    "supervised": _NEWS,
    "answered": _NEWS,
    "reopened": _NEWS,
    "closed": _NEWS,
    "published": _NEWS,
    "reviewed": _NEWS,
    "reminder": _REMINDER,
    "over": _OVER,
    "digest": _DIGEST,
    "receiver_off": _RECEIVER_OFF,
}


def address(language: str) -> str:
    """This server's public address in ``language`` ("zh" or "en"), from the settings and never from a request."""
    code = "en" if language == "en" else "zh-hans"
    return f"{settings.BASE_URL}/" if code == settings.LANGUAGE_CODE else f"{settings.BASE_URL}/{code}/"


def render(
    template: str,
    *,
    channel: str,
    language: str,
    reference: str,
    code: str = "",
    path: str = "",
    lines: str = "",
    left_out: str = "",
) -> Text:
    """The text of notice ``template`` for one channel. KeyError if there is no such notice."""
    message = MESSAGES[template]
    here = address(language)
    values = {"reference": reference, "address": here + path, "code": code, "claim": f"{here}{CLAIM_PATH}"}
    values |= {"lines": lines, "left_out": left_out}
    if channel == Channel.SMS:
        return Text(subject="", body=in_language(message.short, language).format(**values))
    return Text(
        subject=in_language(message.subject, language).format(**values),
        body=f"{in_language(message.body, language).format(**values)}\n\n{in_language(message.care, language)}\n",
    )
