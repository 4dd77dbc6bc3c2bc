"""Which published cases hold the words of a question: one query, on SQLite and PostgreSQL. docs/rules/searching.md.

An index gives the newest that hold all words; from these the best are taken. So a question costs the same whether ten
cases hold its words or a million. Where hardly any holds all, those that hold the rarest words are looked at too.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Max, Min

from gongshi.accounts.queries import offices, staff_names
from gongshi.cases.models import PublicCase
from gongshi.cases.narrowing import Filters
from gongshi.cases.place_words import place_pairs
from gongshi.rules import retrieval, searching

MOST = 200
"""Cases that are compared; what lies beyond is older."""
ENOUGH = 10
"""So many that hold every word are enough: nothing else is looked for."""
PROBED = 50
"""The newest that hold one word, which tell how common it is."""
MOST_PROBED = 8
A_WORD = 10
"""What so many published cases hold is a word, and no longer taken for somebody's name."""
_LAST = "SELECT max(number) FROM cases_publiccase HAVING max(number) IS NOT NULL"
# The index gives its rows in the order of their numbers, the newest first: the join must not turn that round.
_SQLITE = """
SELECT p.number FROM cases_publiccase_index f CROSS JOIN cases_publiccase p ON p.number = f.rowid
WHERE f.cases_publiccase_index MATCH %s AND (%s = '' OR p.state = %s) ORDER BY f.rowid DESC LIMIT %s
"""
# Plus nothing: along the index of the numbers PostgreSQL would read and weigh row after row.
_POSTGRESQL = """
SELECT number FROM cases_publiccase
WHERE array_to_tsvector(string_to_array(tokens, ' ')) @@ %s::tsquery AND (%s = '' OR state = %s)
ORDER BY number + 0 DESC LIMIT %s
"""

All = Sequence[Iterable[str]]
"""What a case must hold: of each group at least one token."""


@dataclass(frozen=True)
class Hit:
    """A published case that was found, by its number, with its score and its `searching.fit`; the best have most."""

    number: int
    score: int
    fit: int = 0


@dataclass(frozen=True)
class Cases:
    """What was found, the best first. ``more``: there may be older ones that were not compared.

    ``people``: what the question looks like, of which nothing is found (`personal.KINDS`); empty: of nobody.
    """

    hits: list[Hit]
    more: bool = False
    people: tuple[str, ...] = ()


def cases_found(question: str, wanted: Filters, *, is_word: Callable[[str], bool]) -> Cases:
    """Published cases that hold the question's words. ``is_word``: whether the place's own pages use a word.

    A question that looks like somebody finds nothing; of one that has a name among other words these are looked for.
    """
    if people := people_in(question, is_word):
        return Cases([], people=tuple(people))
    tokens = case_tokens(question)
    if not tokens:
        return Cases([], people=("name",) if searching.asked_tokens(question) else ())
    narrowed = _narrowed(wanted)
    numbers = _newest([*([token] for token in tokens), *narrowed], wanted.state, MOST + 1)
    whole, rarities, more = set(numbers), dict.fromkeys(tokens, retrieval.UNIT), len(numbers) > MOST
    if len(numbers) < ENOUGH and len(tokens) > 1:
        rarities, others = _partly(tokens, narrowed, wanted.state)
        numbers = list(dict.fromkeys([*numbers, *others]))
    rows = PublicCase.objects.filter(number__in=numbers[:MOST])
    hits = [
        Hit(number, searching.score(rarities, *texts), searching.fit(tokens, texts[0], "\n".join(texts[1:])))
        for number, *texts in rows.values_list("number", "title", "text", "answer")
        if number is not None
    ]
    hits.sort(key=lambda hit: (-hit.score, -hit.number))
    best = hits[0].score if hits else 0
    return Cases([hit for hit in hits if hit.number in whole or retrieval.is_close(hit.score, best)], more)


def case_tokens(question: str) -> tuple[str, ...]:
    """What is looked for in published cases: nothing that may be somebody's name."""
    return searching.asked_tokens(question, place_pairs())


def cases_numbered(hits: Iterable[Hit]) -> list[PublicCase]:
    """The cases of these hits, in their order. What was taken back meanwhile is not among them."""
    numbers = [hit.number for hit in hits]
    rows = PublicCase.objects.filter(number__in=numbers).select_related("category", "area", "office")
    found = {row.number: row for row in rows.defer("tokens")}
    return [found[number] for number in numbers if number in found]


def years() -> list[int]:
    """The years in which published cases were filed, the newest first: from the first to the last. One statement."""
    ends = PublicCase.objects.aggregate(first=Min("filed_on"), last=Max("filed_on"))
    if ends["first"] is None:
        return []
    return list(range(ends["last"].year, ends["first"].year - 1, -1))


def people_in(question: str, is_word: Callable[[str], bool]) -> list[str]:
    """What a question looks like that would tell who somebody is, as `personal.KINDS`.

    A word alone that could be a name is one unless the place's pages use it or many published cases do.
    """
    names = {name for words in staff_names().values() for name in words.values()}
    phones = [node.phone for node in offices().values()]
    kinds = searching.marked_kinds(question, names=names, keep=phones)
    if "name" not in kinds and any(
        not is_word(word) and not _is_common(word) for word in searching.bare_names(question)
    ):
        kinds.append("name")
    return kinds


def _is_common(word: str) -> bool:
    held = [[token] for token in retrieval.tokens(word) if not retrieval.is_alone(token)]
    return len(_newest(held, "", A_WORD)) == A_WORD


def _narrowed(wanted: Filters) -> list[list[str]]:
    """The facets that a case must have."""
    found = []
    if wanted.group:
        found.append([searching.category_facet(one) for one in wanted.categories])
    if wanted.area:
        found.append([searching.area_facet(one) for one in wanted.areas])
    if wanted.year:
        found.append([searching.year_facet(wanted.year)])
    return found


def _partly(tokens: Sequence[str], narrowed: All, state: str) -> tuple[dict[str, int], list[int]]:
    """How rare each word is, and the newest that hold one or several of the rarest."""
    last: int = PublicCase.objects.aggregate(last=Max("number"))["last"] or 0
    holding, found = {}, {}
    for token in tokens[:MOST_PROBED]:
        found[token] = _newest([[token], *narrowed], state, PROBED)
        holding[token] = _holding(found[token], last)
    rare = sorted((token for token in found if found[token]), key=lambda token: (holding[token], token))
    numbers: list[int] = []
    for most in (3, 2):
        if len(rare) > most:
            numbers += _newest([*([token] for token in rare[:most]), *narrowed], state, PROBED)
    for token in rare:
        numbers += found[token]
    return {token: retrieval.rarity(max(last, 1), holding[token]) for token in rare}, numbers


def _holding(newest: Sequence[int], last: int) -> int:
    """How many hold a word, from how far back its newest reach: the index is not counted through."""
    if len(newest) < PROBED:
        return len(newest)
    return max(PROBED, last * PROBED // (last - newest[-1] + 1))


def _newest(held: All, state: str, limit: int) -> list[int]:
    """The numbers of the newest ``limit`` cases that hold one token of each group and are in ``state`` ("": any)."""
    held = [list(group) for group in held]
    if not all(held):
        return []
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        return _ASKED[connection.vendor](cursor, held, state, limit)


def _on_sqlite(cursor: object, held: All, state: str, limit: int) -> list[int]:
    match = " AND ".join("(" + " OR ".join(f'"{token}"' for token in group) + ")" for group in held)
    return _numbers(cursor, _SQLITE, [match, state, state, limit])


def _on_postgresql(cursor: object, held: All, state: str, limit: int) -> list[int]:
    last = _numbers(cursor, _LAST, [])
    found: list[int] = []
    for size in (*searching.BLOCKS, None) if last else ():
        within = [] if size is None else [_newest_blocks(size, last[0])]
        match = " & ".join(
            "(" + " | ".join(f"'{token}'" for token in group) + ")" for group in [*held, *within]
        )
        found = _numbers(cursor, _POSTGRESQL, [match, state, state, limit])
        if len(found) == limit or (size and last[0] < 1 << size):
            break
    return found


def _newest_blocks(size: int, last: int) -> list[str]:
    """The block of the newest case and the one before it: few tokens, since PostgreSQL goes through each one's rows."""
    newest = last >> size
    return [searching.block_facet(size, block) for block in range(max(0, newest - 1), newest + 1)]


def _numbers(cursor: object, statement: str, values: list[object]) -> list[int]:
    cursor.execute(statement, values)  # type: ignore[attr-defined]
    return [row[0] for row in cursor.fetchall()]  # type: ignore[attr-defined]


_ASKED = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}
