"""Searching answer pages: many pages made of the demo's own sentences, and questions as residents type them."""

import json
import random
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from gongshi.config.bench import world
from gongshi.config.bench.conditions import Conditions
from gongshi.config.demo import pack_folder

QUESTIONS = 200
SENTENCES_EACH = 5
_ENDS = re.compile(r"(?<=[。？！])|(?<=[.?!])\s")


def measure(conditions: Conditions) -> dict[str, Any]:
    """Write the pages, ask; the figures as plain data."""
    with world.instance(postgres=conditions.postgres):
        from django.db import connection

        from gongshi.bulletin.models import PageToken
        from gongshi.bulletin.queries import pages_found, pages_offered

        said = sentences()
        seconds = _fill(conditions.pages, said)
        typed = questions()
        shapes: dict[str, Callable[[str], Any]] = {"search": pages_found, "offer": pages_offered}
        return {
            "database": connection.vendor,
            "pages": conditions.pages,
            "tokens": PageToken.objects.count(),
            "seconds_to_write": round(seconds, 1),
            "questions": len(typed),
            "milliseconds": {
                name: percentiles([_timed(ask, question) for question in typed])
                for name, ask in shapes.items()
            },
        }


def _told() -> Iterator[tuple[str, str]]:
    """(language, text) of every matter of the demo."""
    folder = pack_folder()
    assert folder is not None
    for line in (folder / "demo" / "filings.jsonl").read_text(encoding="utf-8").splitlines():
        filing = json.loads(line)
        for matter in filing["matters"]:
            yield filing["language"], matter["text"]


def sentences() -> dict[str, list[str]]:
    """What the residents of the demo wrote, in sentences by language."""
    found: dict[str, set[str]] = {"zh": set(), "en": set()}
    for language, text in _told():
        found[language] |= {part.strip() for part in _ENDS.split(text) if len(part.strip()) > 8}
    return {language: sorted(sentences) for language, sentences in found.items()}


def questions() -> list[str]:
    """Half of them as long as residents write, half short as in a search box."""
    texts = sorted({text for _, text in _told()})
    random.Random(2).shuffle(texts)  # noqa: S311 the same draw every time
    chosen = texts[:QUESTIONS]
    return [text if number % 2 else text[:16] for number, text in enumerate(chosen)]


def _fill(pages: int, said: dict[str, list[str]]) -> float:
    """Write and publish the pages as an office does, each with words of its own; returns the seconds it took."""
    from django.utils import timezone

    from gongshi.accounts.queries import acting_in, offices
    from gongshi.accounts.rights import may
    from gongshi.bulletin.actions.pages import publish_page, write_page
    from gongshi.bulletin.drafts import PageDraft
    from gongshi.places.queries import local_day

    at, chance = timezone.now(), random.Random(1)  # noqa: S311 the same draw every time
    leads = [actor for office in offices() for actor in acting_in(office) if may(actor, "page.publish")]
    begun = time.perf_counter()
    for number in range(pages):
        actor = leads[number % len(leads)]
        drawn = {language: chance.sample(said[language], SENTENCES_EACH) for language in said}
        draft = PageDraft(
            question={language: text[0][:200] for language, text in drawn.items()},
            answer={language: "".join(text[1:]) for language, text in drawn.items()},
            review_by=local_day(at),
        )
        page = write_page(None, draft, actor=actor, at=at)
        publish_page(page, seen=page.number, actor=actor, at=at)
    return time.perf_counter() - begun


def _timed(ask: Callable[[str], Any], question: str) -> float:
    begun = time.perf_counter()
    ask(question)
    return (time.perf_counter() - begun) * 1_000


def percentiles(taken: list[float]) -> dict[str, float]:
    """Half, nineteen of twenty, and all of these took so long at most."""
    ordered = sorted(taken)
    at = {"p50": 0.5, "p95": 0.95, "longest": 1.0}
    return {
        name: round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)
        for name, share in at.items()
    }
