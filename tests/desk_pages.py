"""Every page of the desk, each with somebody who may open it. A new address fails the tests until it is in here.

What stands in braces is filled in from `tests.full_town.fill`.
"""

from typing import NamedTuple

from gongshi.web.desk import urls


class Page(NamedTuple):
    """One page: the name of its address, who opens it, and where it is. ``proved``: after showing a factor again."""

    name: str
    who: str
    path: str
    proved: bool = False


SECTIONS = ("areas", "offices", "categories", "rules", "staff", "words")
THINGS = {
    "areas": "east-grid",
    "offices": "roads",
    "categories": "pothole",
    "rules": "leaks",
    "staff": "zhou",
    "words": "about_place",
}
BOARD = ("late", "soon", "handed_about", "escalated", "reopened", "unconfirmed")
SHOWN = ("late", "soon", "paused", "mine", "replied", "dormant", "joint")

PAGES = (
    Page("queue", "zhou", ""),
    *(Page("queue", "zhou", f"?show={one}") for one in SHOWN),
    Page("queue", "qin", ""),
    Page("queue", "tang", ""),
    Page("queue", "ada", ""),
    Page("together", "zhou", "together/"),
    Page("together", "zhou", "together/?{cause}"),
    Page("work_orders", "zhou", "work-orders/"),
    Page("cover", "he", "cover/"),
    Page("cover", "zhou", "cover/"),
    Page("offices", "fei", "offices/"),
    Page("keyboard", "zhou", "keyboard/"),
    Page("rights", "qin", "rights/"),
    Page("case", "zhou", "cases/{case}/"),
    Page("case", "ma", "cases/{case}/"),
    Page("case", "qin", "cases/{case}/"),
    Page("case", "zhou", "cases/{answered}/"),
    Page("why", "zhou", "cases/{case}/why/"),
    Page("why", "qin", "cases/{case}/why/"),
    Page("parts", "zhou", "cases/{case}/parts/"),
    Page("answer", "zhou", "cases/{case}/answer/"),
    Page("page_of_answer", "zhou", "cases/{answered}/page/"),
    Page("views", "zhou", "views/?kind=request"),
    Page("templates", "he", "templates/"),
    Page("new_template", "he", "templates/new/answer/"),
    Page("new_template", "he", "templates/new/phrase/"),
    Page("template", "he", "templates/of/{template}/"),
    Page("undo_template", "he", "templates/of/{template}/undo/{template_change}/"),
    Page("undo_page", "he", "pages/of/{page}/undo/{page_change}/"),
    Page("pages", "he", "pages/"),
    Page("new_page", "he", "pages/new/"),
    Page("page", "he", "pages/of/{page}/"),
    Page("page_reviews", "he", "pages/review/"),
    Page("disruptions", "ma", "notices/"),
    Page("new_disruption", "ma", "notices/new/"),
    Page("disruption", "ma", "notices/of/{notice}/"),
    Page("receptions", "he", "receptions/"),
    Page("new_reception", "he", "receptions/new/"),
    Page("reception", "he", "receptions/{reception}/"),
    Page("keys", "he", "keys/"),
    Page("call", "fan", "call/"),
    Page("call_status", "fan", "call/status/"),
    Page("call_lost", "fan", "call/lost/"),
    Page("letters", "fan", "letters/"),
    Page("glass", "pan", "break-glass/"),
    Page("glass", "he", "break-glass/"),
    Page("glass_case", "pan", "break-glass/{glass}/"),
    Page("board", "qin", "board/"),
    Page("board", "qin", "board/?office=roads"),
    *(Page("board", "qin", f"board/?list={one}") for one in BOARD),
    Page("sample", "su", "sample/"),
    Page("sample", "wen", "sample/"),
    Page("sample_read", "wen", "sample/{copy}/"),
    Page("sample_check", "su", "sample/{unchecked}/check/"),
    Page("publication", "su", "publication/"),
    Page("review", "su", "publication/{consent}/"),
    Page("review_answer", "su", "publication/{answer_consent}/answer/"),
    Page("settings", "ada", "settings/"),
    Page("setup", "ada", "setup/"),
    Page("settings_place", "ada", "settings/place/"),
    Page("settings_promises", "ada", "settings/promises/"),
    Page("settings_programs", "ada", "settings/programs/"),
    Page("settings_receivers", "ada", "settings/receivers/"),
    Page("settings_receiver", "ada", "settings/receivers/of/{receiver}/"),
    Page("settings_suggester", "ada", "settings/suggester/"),
    Page("settings_history", "ada", "settings/history/"),
    Page("settings_undo", "ada", "settings/history/{revision}/"),
    *(Page("settings_list", "ada", f"settings/{one}/") for one in SECTIONS),
    *(Page("settings_new", "ada", f"settings/{one}/new/") for one in SECTIONS[:-1]),
    *(Page("settings_edit", "ada", f"settings/{kind}/of/{code}/") for kind, code in THINGS.items()),
    *(Page("settings_remove", "ada", f"settings/{one}/of/{THINGS[one]}/remove/") for one in SECTIONS[:-1]),
    Page("mfa_index", "zhou", "account/"),
    Page("account_change_password", "zhou", "password/"),
    Page("account_logout", "zhou", "logout/"),
    Page("mfa_reauthenticate", "zhou", "account/again/code/"),
    Page("account_sign_in_again", "zhou", "account/again/sign-in/"),
    Page("mfa_deactivate_totp", "zhou", "account/app/remove/", proved=True),
    Page("mfa_view_recovery_codes", "zhou", "account/recovery/", proved=True),
    Page("mfa_generate_recovery_codes", "zhou", "account/recovery/new/", proved=True),
    Page("mfa_add_webauthn", "zhou", "account/passkey/", proved=True),
    Page("account_login", "", "login/"),
    Page("account_first_password", "", "login/first/"),
)

BY_POST = (
    *(
        "look",
        "contact",
        "note",
        "undo",
        "move",
        "step_back",
        "recuse",
        "undo_recusal",
        "handler",
        "hearing",
        "lead",
        "hearing",
        "drop_view",
    ),
    *("keep_draft", "discard_draft", "undo_discard", "undo_together", "confirm_page"),
    *("open_key", "make_key", "hand_key", "change_passphrase", "renew_key", "seal_anew", "letter"),
    *("glass_approve", "glass_refuse", "glass_end", "decide", "sample_begin", "sample_finish"),
    *("account_end_session", "account_digest"),
)
WITHOUT_A_PAGE = {
    **dict.fromkeys(BY_POST, "answers to a button: it leads to a page, or shows one with what was typed"),
    **dict.fromkeys(("file", "picture", "glass_file"), "a file, not a page"),
    "next": "leads on to a case",
    **dict.fromkeys(
        ("openid_connect_login", "openid_connect_callback"), "leads to the office's own sign-in and back"
    ),
    "mfa_login_webauthn": "what a passkey is asked, as data",
    "mfa_authenticate": "between the two steps of signing in: tests/web/desk/test_factors.py",
    "mfa_activate_totp": "for whoever has no factor yet: tests/browser/test_passkeys.py",
    "account_reauthenticate": "for whoever has no factor yet: tests/web/desk/test_factors.py",
    "mfa_remove_webauthn": "for whoever has a passkey: tests/browser/test_passkeys.py",
    "mfa_reauthenticate_webauthn": "for whoever has a passkey: tests/browser/test_passkeys.py",
}


def unknown() -> set[str]:
    """Names of addresses of the desk that are in neither table, or in a table and not at the desk."""
    there = {one.name for one in (*urls.pages, *urls.sign_in)}
    return there ^ ({one.name for one in PAGES} | WITHOUT_A_PAGE.keys())
