"""A contact left without the form of a filing, as by whoever joins a joint matter: what it holds, what is wrong."""

from collections.abc import Mapping
from typing import Any

from gongshi.cases.drafts import Contact
from gongshi.cases.intake.faults import WORDS, too_long
from gongshi.notifications.addresses import AddressError, email_address, phone_number
from gongshi.rules.questions import CONTROL

LIMITS = {"name": 100, "phone": 40, "email": 254}
"""Characters that each part may have."""


def contact_typed(typed: Mapping[str, str]) -> tuple[Contact, dict[str, tuple[str, Any]]]:
    """What was left, and what is wrong with it: by part a code and its words; with any fault nothing is left."""
    told = {name: typed.get(name, "").strip() for name in LIMITS}
    wrong: dict[str, tuple[str, Any]] = {}
    for name, text in told.items():
        if CONTROL.search(text) or "\n" in text:
            wrong[name] = "control", WORDS["control"]
        elif len(text) > LIMITS[name]:
            wrong[name] = "too_long", too_long(text, LIMITS[name])
    for name, read in (("phone", phone_number), ("email", email_address)):
        if told[name] and name not in wrong:
            try:
                told[name] = read(told[name])
            except AddressError:
                wrong[name] = name, WORDS[name]
    return (Contact() if wrong else Contact(**told)), wrong
