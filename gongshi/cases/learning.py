"""This instance's own model: what it is made from, and when a new one takes the place of the old one.

It learns from the pack's examples and from public copies, which people agreed to show: never from what is sealed, and
from nothing that was not published. One public copy in five is never learnt from, so that any two models can be
compared on it. docs/rules/suggestion.md.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from gongshi.cases.engine import today
from gongshi.cases.models import PublicCase
from gongshi.routing.learning import MOST_TEXTS, Example, NothingToLearn, counted, learn
from gongshi.routing.own_model import own_model, put_in_use, was_refused
from gongshi.routing.pleasantries import SAID_OF_ANYTHING
from gongshi.routing.queries import leaves
from gongshi.rules.ladder import SEALED_KINDS
from gongshi.rules.suggestion import Model, suggestions

HELD_OUT = 5
"""One public copy in so many is held out."""
LEAST_HELD_OUT = 20
"""Fewer texts than this say nothing about which of two models is better."""
NEW, WORSE, SAME, NOTHING = "new", "worse", "same", "nothing"


@dataclass(frozen=True)
class Learnt:
    """What came of it: "new" (in use now), "worse" (the old one stays), "same" (nothing to learn is new), "nothing"."""

    result: str
    about: Mapping[str, Any]


def given_examples() -> list[Example]:
    """What the pack gives: each category's examples, and its name and keywords as one more; and what fits them all."""
    found = [Example(text, "", given=True) for text in SAID_OF_ANYTHING]
    for node in leaves():
        found += [Example(text, node.code, given=True) for text in node.examples]
        words = " ".join([*node.name.values(), *node.keywords])
        found.append(Example(words, node.code, given=True, words=True))
    return found


def published_examples() -> tuple[list[Example], list[Example]]:
    """Public copies under the category that they are in now, newest first: to learn from, and held out."""
    known = {node.code for node in leaves()}
    rows = (
        PublicCase.objects.exclude(case__kind__in=SEALED_KINDS)
        .filter(case__subject=None)
        .order_by("-filed_on", "id")
        .values_list("id", "title", "text", "category__code")[:MOST_TEXTS]
    )
    learning: list[Example] = []
    held: list[Example] = []
    for key, title, text, code in rows:
        if code in known:
            (held if is_held_out(key) else learning).append(Example(f"{title}\n{text}", code))
    return learning, held


def is_held_out(key: UUID) -> bool:
    """Whether a public copy is never learnt from. Its key is random, so this is no choice."""
    return key.int % HELD_OUT == 0


def learn_again(*, at: datetime, anew: bool = False) -> Learnt:
    """Make a model of what there is now; it is used if it is not worse than the one in use.

    ``anew``: even if nothing to learn from has changed.
    """
    learning, held = published_examples()
    examples = [*given_examples(), *learning]
    mark = _mark(examples)
    old = own_model()
    if old is not None and not anew and (old.about.get("mark") == mark or was_refused(mark)):
        return Learnt(SAME, old.about)
    try:
        model, unseen = learn(examples)
    except NothingToLearn:
        return Learnt(NOTHING, {})
    compared = _compared(model, old, held)
    about = {
        "mark": mark,
        "made_on": today(at).isoformat(),
        "given": sum(one.given and bool(one.label) and not one.words for one in examples),
        "published": len(learning),
        "labels": counted(examples),
        "ngrams": model.size,
        "unseen": asdict(unseen),
        "held_out": compared,
    }
    if compared is not None and compared.get("better") == "old":
        return Learnt(WORSE, about)
    put_in_use(replace(model, about=about))
    return Learnt(NEW, about)


def _mark(examples: Sequence[Example]) -> str:
    rows = sorted([one.label, one.text, one.given] for one in examples)
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _compared(new: Model, old: Model | None, held: Sequence[Example]) -> dict[str, Any] | None:
    """How many of the texts held out each model names rightly; None where they are too few to say anything."""
    if len(held) < LEAST_HELD_OUT:
        return None
    found: dict[str, Any] = {"texts": len(held), "new": _right(new, held)}
    if old is not None:
        found["old"] = _right(old, held)
        found["better"] = "old" if found["old"] > found["new"] else "new"
    return found


def _right(model: Model, held: Sequence[Example]) -> int:
    said = suggestions(model, [one.text for one in held], sure_from=0)
    return sum(answer.label == one.label for answer, one in zip(said, held, strict=True))


def learn_from_time_to_time(at: datetime) -> int:
    """The job: learns again where there is a model already; how many new ones came into use."""
    return int(own_model() is not None and learn_again(at=at).result == NEW)
