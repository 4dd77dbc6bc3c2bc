"""Promise 3: every look leaves a trace. What opens sealed words is used in a short list of modules and nowhere else.

Staff reach content through ``cases.actions.looks`` alone, which writes the look in the same transaction. A module that
wants one of these names must be argued into the list.
"""

import ast
from functools import cache
from pathlib import Path

from tests.structure.source import module_of, python_files, tree

# What opens, and the modules that may name it. The module that defines it stands first.
OPENERS: dict[str, set[str]] = {
    "unseal": {
        # Which times of a reception day have a code: hashes, and no words.
        "gongshi.safekeeping.booking_codes",
        "gongshi.safekeeping.sealing",
        "gongshi.safekeeping.wrapping",
        # Staff's own: their sessions, with the cookie, and their second factors.
        "gongshi.safekeeping.sessions",
        "gongshi.safekeeping.factors",
        # Addresses and secrets of programs that are told what is public: of organisations, and no word of a filing.
        "gongshi.safekeeping.configured",
        # The receipt that stands in until a filing is claimed, with the claim code alone.
        "gongshi.safekeeping.claim_codes",
        # What the members of a collective grievance share, with their receipt, a code or the group's key.
        "gongshi.safekeeping.group_codes",
        "gongshi.cases.sealed",
        "gongshi.cases.actions.uploads",
    },
    "opened_with_instance": {
        "gongshi.safekeeping.wrapping",
        "gongshi.safekeeping.queries",
        "gongshi.safekeeping.keyrings",
        "gongshi.safekeeping.rotation",
    },
    # Private halves of offices and officers: opened for a keyring, for handing over, and by `gongshi recover`.
    "open_with": {
        "gongshi.safekeeping.pairs",
        "gongshi.safekeeping.keyrings",
        "gongshi.safekeeping.key_queries",
    },
    "open_wrap": {
        "gongshi.safekeeping.keyrings",
        "gongshi.safekeeping.key_actions",
        "gongshi.cases.actions.sealing",
    },
    "open_for_staff": {"gongshi.safekeeping.keyrings", "gongshi.cases.reading"},
    "open_with_instance": {
        "gongshi.safekeeping.queries",
        "gongshi.cases.reading",
        "gongshi.bulletin.contacts",
    },
    "open_with_receipt": {"gongshi.safekeeping.queries", "gongshi.cases.reading"},
    # For making a receipt of a claim code; and a code, once, at the moment of sending or printing.
    "open_stand_in": {"gongshi.safekeeping.claim_codes", "gongshi.cases.reading"},
    "keys_of_stand_in": {"gongshi.cases.reading", "gongshi.cases.actions.claims"},
    "read_told": {"gongshi.cases.reading", "gongshi.cases.effects", "gongshi.cases.actions.claims"},
    "read_phone_code": {"gongshi.cases.reading", "gongshi.cases.by_phone"},
    "resident_key": {"gongshi.cases.reading", "gongshi.cases.visiting"},
    "key_for": {
        "gongshi.cases.reading",
        "gongshi.cases.actions",
        "gongshi.cases.handing_on",
        # Of a joint case for whoever speaks; of their own for whoever goes on alone.
        "gongshi.grievances.reading",
        "gongshi.grievances.actions",
    },
    "opened_sheet": {
        "gongshi.safekeeping.booking_codes",
        "gongshi.bulletin.receptions",
        "gongshi.bulletin.actions.receptions",
    },
    "read_sealed": {"gongshi.safekeeping.files", "gongshi.cases.actions.uploads"},
    "unseal_json": {
        "gongshi.cases.sealed",
        # A call that an operator is taking down, with the key in their browser's cookie: no other opens it.
        "gongshi.cases.actions.call_drafts",
        "gongshi.cases.reading",
        "gongshi.cases.actions.uploads",
        "gongshi.bulletin.contacts",
        # What the members of a collective grievance read.
        "gongshi.grievances.reading",
    },
    # What an office sent, on its way to all; the voice of those who speak, for one who begins to.
    "read_sent": {"gongshi.grievances.reading", "gongshi.grievances.effects"},
    "open_under_receipt": {"gongshi.safekeeping.group_codes", "gongshi.grievances.reading"},
    "open_under_code": {"gongshi.safekeeping.group_codes", "gongshi.grievances.reading"},
    "open_for_group": {"gongshi.safekeeping.group_codes", "gongshi.grievances.reading"},
    # The key alone shows nothing: actions also seal with it.
    "key_of": {
        "gongshi.cases.reading",
        "gongshi.cases.effects",
        "gongshi.cases.actions.sealing",
        "gongshi.cases.actions.glass",
        # For wrapping it for a new receipt of whoever lost theirs.
        "gongshi.cases.actions.claims",
        # Whether a mail comes from the contact that was left: the answer is yes or no.
        "gongshi.cases.by_mail",
    },
    # What an approver sealed for one reader, for an hour.
    "open_through_glass": {"gongshi.safekeeping.keyrings", "gongshi.cases.reading"},
    "key_through_glass": {"gongshi.cases.reading", "gongshi.cases.actions.looks"},
    # Why an officer asks for break-glass: words of staff, for whoever approves it and whoever filed.
    "unseal_asked": {"gongshi.cases.sealed", "gongshi.cases.reading"},
    # Whom the answer to a mail goes to that could not be taken in: once, at the moment of sending.
    "unseal_writer": {"gongshi.cases.sealed", "gongshi.cases.by_mail"},
    "read_writer": {"gongshi.cases.by_mail", "gongshi.cases.effects"},
    "read_asked_reason": {"gongshi.cases.reading", "gongshi.cases.actions.glass"},
    "read_waiting_reason": {"gongshi.cases.reading", "gongshi.cases.actions.glass"},
    "read_reason": {"gongshi.cases.reading", "gongshi.cases.actions.glass", "gongshi.cases.visiting"},
    "read_case": {"gongshi.cases.reading", "gongshi.cases.actions.looks", "gongshi.cases.visiting"},
    # What officers typed and have not sent: for themselves, with the case's content.
    "read_typed": {
        "gongshi.cases.reading",
        "gongshi.cases.actions.looks",
        # Words of a second undone step go behind those of the first.
        "gongshi.cases.actions.desk_drafts",
    },
    # An address is opened at the moment of sending, and shown to nobody.
    "read_contact": {
        "gongshi.cases.reading",
        # Where a new claim code goes.
        "gongshi.cases.actions.claims",
        "gongshi.cases.actions.looks",
        "gongshi.cases.effects",
        # Whether a mail comes from the address that was left.
        "gongshi.cases.by_mail",
        "gongshi.cases.visiting",
    },
    # An address left with an outage, to queue one notice for each and to send it. No page comes near it.
    "unseal_contact": {
        "gongshi.bulletin.contacts",
        "gongshi.bulletin.actions.telling",
        "gongshi.bulletin.effects",
    },
    "open_configured": {
        "gongshi.safekeeping.configured",
        "gongshi.receivers.queries",
        "gongshi.receivers.actions",
    },
    "read_copy": {"gongshi.cases.reading", "gongshi.cases.actions.publication", "gongshi.cases.visiting"},
    # The sample of answers: what an office wrote, masked, for whoever checks it and for the two who read it.
    "read_letter": {"gongshi.cases.reading", "gongshi.cases.actions.samples"},
    "read_sampled": {"gongshi.cases.reading", "gongshi.cases.actions.samples"},
    "read_point": {"gongshi.cases.reading", "gongshi.cases.actions.publication"},
    "read_file": {
        "gongshi.cases.actions.uploads",
        "gongshi.cases.actions.looks",
        "gongshi.cases.visiting",
    },
}


def names_used(path: Path) -> set[str]:
    """Every name that a module imports, reads, defines or takes from an object."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.add(node.name.rpartition(".")[2])
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {node.value} & OPENERS.keys()  # getattr(sealing, "unseal")
    return found


def is_allowed(module: str, allowed: set[str]) -> bool:
    """Whether a module is on a list, or in a package on it."""
    return any(module == entry or module.startswith(f"{entry}.") for entry in allowed)


@cache
def used() -> dict[str, set[str]]:
    """By module. Not while tests are collected: each process collects them, and one runs these."""
    return {module_of(path): names_used(path) for path in python_files()}


def test_sealed_words_are_opened_in_few_places() -> None:
    strangers = [
        f"{module} uses {name}"
        for name, allowed in OPENERS.items()
        for module, names in used().items()
        if name in names and not is_allowed(module, allowed)
    ]
    assert strangers == []


def test_the_list_names_nothing_that_is_gone() -> None:
    gone = [
        f"{module} no longer uses {name}"
        for name, allowed in OPENERS.items()
        for module in allowed
        if not any(name in names for user, names in used().items() if is_allowed(user, {module}))
    ]
    assert gone == []


def test_ciphers_are_used_in_safekeeping_alone() -> None:
    strangers = [
        module
        for module, names in used().items()
        if names
        & {"cryptography", "AESGCM", "HKDF", "Ed25519PrivateKey", "X25519PrivateKey", "Suite", "Fernet"}
        and not module.startswith("gongshi.safekeeping")
    ]
    assert strangers == []


def test_figures_do_not_know_which_office_a_matter_is_about() -> None:
    """Promise 6: the number of grievances about an office is never a figure, public or internal."""
    knowing = [module for module, names in used().items() if ".figures" in module and "subject" in names]
    assert knowing == []
    for module in used():
        if module.startswith("gongshi.figures"):
            path = next(path for path in python_files() if module_of(path) == module)
            assert "subject" not in path.read_text(encoding="utf-8"), module
