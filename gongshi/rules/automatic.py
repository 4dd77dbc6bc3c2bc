"""Why a mail was written by a program, or to many: such mail is never filed, and never answered.

Sources: RFC 3834 (Auto-Submitted, section 5; null return path and Precedence, section 2), RFC 3464 and RFC 6522
(reports), RFC 2369 and RFC 2919 (List-*), RFC 2142 (names of mailboxes). docs/rules/automatic.md says what holds.
"""

import re
from collections.abc import Collection, Mapping, Sequence

Headers = Mapping[str, Sequence[str]]

_REPORTS = (
    "multipart/report",
    "message/delivery-status",
    "message/disposition-notification",
    "message/feedback",
)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_RESPONDERS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-response", "x-mail-autoreply")
_PROGRAMS = re.compile(
    r"(mailer-daemon|postmaster|noreply|no-reply|donotreply|do-not-reply|bounces?|listserv|majordomo|"
    r".*-(request|bounces|owner)|owner-.*|bounces?[+=-].*)",
    re.ASCII,
)
# Some responders set no header at all.
_SUBJECTS = re.compile(
    r"\s*(自动回复|自動回覆|系统退信|退信|automatic reply|auto-?reply|auto(matic)? response|out of (the )?office|"
    r"undeliver(ed|able)( mail)?|delivery (status notification|failure))\s*([:：(（]|$)",
    re.IGNORECASE,
)


def why_automatic(headers: Headers, sender: str, ours: Collection[str]) -> str:
    """ "" for a letter that somebody wrote to this place, else why it is none.

    ``headers``: values by names in small letters; ``ours``: this server's own addresses. "own", "responder", "bounce",
    "list" or "program".
    """
    if sender.casefold() in {address.casefold() for address in ours}:
        return "own"
    submitted = _first(headers, "auto-submitted").partition(";")[0].strip()
    if submitted not in ("", "no") or any(name in headers for name in _RESPONDERS):
        return "responder"
    if _first(headers, "return-path").strip() == "<>" or _first(headers, "content-type").startswith(_REPORTS):
        return "bounce"
    if any(name.startswith("list-") for name in headers) or _first(headers, "precedence").strip() in _BULK:
        return "list"
    if _PROGRAMS.fullmatch(sender.casefold().rpartition("@")[0]):
        return "program"
    return "responder" if _SUBJECTS.match(_first(headers, "subject")) else ""


def _first(headers: Headers, name: str) -> str:
    return next(iter(headers.get(name, ())), "").casefold()
