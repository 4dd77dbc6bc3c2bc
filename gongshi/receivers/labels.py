"""What the desk calls a receiver's states, changes, and how an attempt ended."""

from gongshi.words import Words, pair

CHANGES: dict[str, Words] = {
    "made": pair("设立", "set up"),
    "changed": pair("改了名称、用途或事件", "name, purpose or events changed"),
    "paused": pair("暂停", "paused"),
    "resumed": pair("恢复", "resumed"),
    "secret_renewed": pair("换了密钥", "secret renewed"),
    "switched_off": pair("程序停发", "switched off by the program"),
    "removed": pair("移除", "removed"),
}
WHY_OFF: dict[str, Words] = {
    "gone": pair("对方答复 410：不再要了", "it answered 410: it wants no more"),
    "failing": pair("三天里一条也没收下", "it took nothing for three days"),
}
WORDS_OF_CODE: dict[str, Words] = {
    "address_refused": pair(
        "网址指向的不是公网上的服务器", "the address leads to no server on the public internet"
    ),
    "unknown_host": pair("找不到这个主机名", "there is no host of that name"),
    "not_secure": pair("证书不对，没有发", "the certificate is not right; nothing was sent"),
    "no_reply": pair("十秒内没有回应", "no reply within ten seconds"),
    "disconnected": pair("连接断了", "the connection was closed"),
    "unreachable": pair("连不上", "it cannot be reached"),
    "unexpected": pair("本站的程序出错", "a fault of this program"),
}


def outcome_words(code: str) -> Words:
    """How an attempt ended, in words; a status as it came."""
    if code.startswith("http_"):
        status = code.removeprefix("http_")
        return pair(f"答复 {status}", f"it answered {status}")
    return WORDS_OF_CODE.get(code, pair(code, code))
