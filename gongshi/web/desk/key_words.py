"""Words of the pages about keys."""

from typing import Any

from gongshi.words import Words, pair, say

# Why something sealed stays closed (safekeeping.keyrings.KeyClosed): heading, and what to do.
CLOSED: dict[str, tuple[Any, Any]] = {
    "locked": (
        say("您的钥匙没有打开", "Your key is not open"),
        say(
            "这件事是密封的，要用您的钥匙打开。请写钥匙口令：用密码登录的，一般就是登录密码。",
            "This case is sealed, and your key opens it. Enter your key's passphrase: if you sign in with a password, "
            "it is usually that.",
        ),
    ),
    "no_key": (
        say("您还没有钥匙", "You have no key yet"),
        say(
            "这件事是密封的，要用钥匙打开。请先设一个钥匙口令，再请同事把单位的钥匙交给您。",
            "This case is sealed, and only a key opens it. Set a passphrase for yours first; then a colleague hands "
            "you the office's key.",
        ),
    ),
    "not_handed": (
        say("单位的钥匙还没有交给您", "Nobody has handed you your office's key yet"),
        say(
            "您的钥匙是好的，但打开这件事要用单位的钥匙。请有钥匙的同事在“钥匙”页上交给您。",
            "Your own key works, but this case needs your office's. Ask a colleague who holds it to hand it to you on "
            "the page “Keys”.",
        ),
    ),
    "not_wrapped": (
        say("单位的钥匙打不开这件事", "Your office's key does not open this case"),
        say(
            "它来的时候您单位还没有钥匙。上级单位有钥匙的人打开一次，您单位就能打开了；"
            "都没有时，由管理员用恢复钥匙（gongshi recover）。",
            "It was filed before your office had a key. Once somebody above your office who holds a key opens it, "
            "yours opens it too. If nobody can, the administrator has the recovery key (gongshi recover).",
        ),
    ),
}

EVENTS: dict[str, Words] = {
    "office_made": pair("单位的钥匙做好了", "The office's key was made"),
    "own_first": pair("有了自己的钥匙", "Has a key of their own now"),
    "own_made": pair(
        "做了新的个人钥匙，要请同事再交一次", "Made a new key of their own; it has to be handed over again"
    ),
    "handed": pair("交给了同事", "Handed to a colleague"),
    "renewed": pair("换了单位的钥匙", "The office's key was renewed"),
    "left": pair("离开了，钥匙已收回", "Left; the key was taken back"),
    "recovered": pair("用恢复钥匙交给", "Handed over with the recovery key to"),
}

FAULTS: dict[str, Any] = {
    "wrong": say(
        "口令不对。登录密码换过的，请试以前的密码。",
        "This passphrase does not open your key. If your password was replaced, try the one before.",
    ),
    "short": say("口令至少12个字符。", "A passphrase has at least 12 characters."),
    "long": say("口令最多1024个字符。", "A passphrase has at most 1,024 characters."),
    "unlike": say("两次写的不一样。", "The two do not match."),
    "empty": say("请写口令。", "Enter the passphrase."),
    "unsure": say("请先勾选，表示您知道。", "Tick the box first, to say that you know."),
}
