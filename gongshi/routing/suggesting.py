"""Categories that fit what somebody wrote: for forms to offer, and for doors without a form to take.

By this instance's own model (`own_model`); without one, or where it knows nothing of the text, by keywords.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from gongshi.places.snapshots import Snapshot
from gongshi.routing.own_model import own_model
from gongshi.routing.queries import CategoryNode, categories, leaves, procedure_for
from gongshi.rules.ladder import is_sealed
from gongshi.rules.suggestion import Model, ranked

SUGGESTED = 4
SURE, UNSURE, WORDS = "sure", "unsure", "words"


@dataclass(frozen=True)
class Opinion:
    """What fits a text, likeliest first. ``how``: "sure" of the first, "unsure", or "words": only keywords say it.

    ``chance``: the model's probability of the first, between 0 and 1; None where keywords say it.
    """

    how: str
    nodes: tuple[CategoryNode, ...]
    chance: float | None = None


def is_about_an_office(category: CategoryNode) -> bool:
    """Whether its procedure goes past the office that the matter is about."""
    return procedure_for(category).procedure.subject == "office"


def _spread() -> dict[str, list[tuple[str, CategoryNode]]]:
    """Every keyword with its category, by the door's kind: about an office or not."""
    found: dict[str, list[tuple[str, CategoryNode]]] = {"office": [], "": []}
    for node in leaves():
        words = found["office" if is_about_an_office(node) else ""]
        words += [(word.casefold(), node) for word in node.keywords if word.strip()]
    return found


keywords = Snapshot(_spread)


def suggested(text: str, door: str) -> list[CategoryNode]:
    """Categories that fit the text, likeliest first, then the one for everything else."""
    return list(opinion(text, door).nodes)


def opinion(text: str, door: str) -> Opinion:
    """What fits the text among the categories behind a door: the likeliest three, then the one for everything else."""
    model = own_model()
    return (_by_model(model, text, door) if model else None) or Opinion(WORDS, tuple(_by_words(text, door)))


def likeliest(text: str) -> tuple[CategoryNode, float] | None:
    """What the model takes a text for, and how probable that is; None without a model or a known category."""
    model = own_model()
    known = {node.code: node for node in leaves()}
    for label, chance in ranked(model, text) if model else ():
        if label in known:
            return known[label], chance
    return None


def _by_model(model: Model, text: str, door: str) -> Opinion | None:
    allowed = {node.code: node for node in leaves() if is_about_an_office(node) == (door == "office")}
    fitting = [(allowed[label], chance) for label, chance in ranked(model, text) if label in allowed]
    if not fitting:
        return None
    found = [node for node, _ in fitting[: SUGGESTED - 1]]
    how = SURE if fitting[0][1] >= model.sure_from else UNSURE
    return Opinion(how, tuple(_with_rest(found, door)), fitting[0][1])


def _by_words(text: str, door: str) -> list[CategoryNode]:
    scores = _scores(text, keywords()["office" if door == "office" else ""])
    best = sorted(scores, key=lambda key: -scores[key])[: SUGGESTED - 1]
    return _with_rest([categories()[key] for key in best], door)


def _with_rest(found: list[CategoryNode], door: str) -> list[CategoryNode]:
    if door == "office":
        return found + [node for node in leaves() if is_about_an_office(node) and node not in found]
    rest = _rest(door)
    return found if rest is None or rest in found else [*found, rest]


def may_be_sealed(text: str) -> bool:
    """Whether the words may be of a matter about an office, or of another sealed kind.

    In doubt they are: one keyword of a category about an office is enough, whatever else fits better. Of another sealed
    kind, it has to fit as well as any that is not.
    """
    if _scores(text, keywords()["office"]):
        return True
    scores = _scores(text, keywords()[""])
    best = max(scores.values(), default=0)
    return any(score == best and is_sealed(categories()[key].kind) for key, score in scores.items())


def _scores(text: str, words: Iterable[tuple[str, CategoryNode]]) -> dict[UUID, int]:
    """How much of each category's keywords stands in the text; those of which nothing does are left out."""
    text = text.casefold()
    scores: dict[UUID, int] = {}
    for word, node in words:
        if word in text:
            scores[node.id] = scores.get(node.id, 0) + len(word.encode())
    return scores


def _rest(door: str) -> CategoryNode | None:
    """Where matters go that nothing else fits: the last category of their door, or of the door to write freely."""
    open_to_all = [node for node in leaves() if not is_about_an_office(node)]
    for wanted in ("ask", "write") if door == "ask" else ("write",):
        behind = [node for node in open_to_all if node.door == wanted]
        if behind:
            return behind[-1]
    return open_to_all[-1] if open_to_all else None
