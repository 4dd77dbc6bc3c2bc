"""The category of a matter corrected: by whom, to what, what stays, what is public, counted, and learnt from."""

import pytest

from gongshi.accounts.rights import NotAllowed
from gongshi.cases.actions.categories import categories_to_correct_to, correct_category
from gongshi.cases.actions.undoing import undo_last
from gongshi.cases.changing import Changed
from gongshi.cases.learning import published_examples
from gongshi.cases.models import Case, Clock, History, PublicCase
from gongshi.cases.narrowing import filters
from gongshi.cases.public_search import cases_found
from gongshi.cases.queries import NotFound
from gongshi.routing.models import CorrectionCount
from gongshi.routing.queries import categories, corrected
from gongshi.rules.procedure import RefusedError
from gongshi.rules.searching import category_facet
from tests.cases.test_public_search import TITLE, shown
from tests.casework import replayed
from tests.cast import Town, case_of, lin_files, matter
from tests.clock import local

pytestmark = pytest.mark.django_db
LATER = local("2026-03-04 10:00")


def fresh(case: Case) -> Case:
    return Case.objects.select_related("filing", "supervision", "promise", "undo_point").get(pk=case.pk)


def correct(town: Town, case: Case, category: str, who: str = "zhou") -> Case:
    wanted = town.categories[category].id
    return correct_category(fresh(case), wanted, actor=town.actor(who), at=LATER)


def test_only_the_category_changes_and_the_resident_reads_it(town: Town) -> None:
    case = case_of(lin_files(town)[0])
    was = fresh(case)
    clocks = list(Clock.objects.filter(case=case).values())
    correct(town, case, "leak")
    now = fresh(case)
    assert (now.category.code, now.seq) == ("leak", was.seq + 1)
    assert (now.office, now.due_at, now.stage, now.promise) == (
        was.office,
        was.due_at,
        was.stage,
        was.promise,
    )
    assert list(Clock.objects.filter(case=case).values()) == clocks
    entry = History.objects.get(case=case, code="case.category_corrected")
    assert (entry.params["was"], entry.params["now"]) == (was.category.name, now.category.name)
    replayed(now)


def test_it_is_counted_by_pair_and_month(town: Town) -> None:
    for _ in range(2):
        correct(town, case_of(lin_files(town)[0]), "leak")
    row = CorrectionCount.objects.get()
    assert (str(row.month), row.was.code, row.now.code, row.number) == ("2026-03-01", "pothole", "leak", 2)
    assert [(a.code, b.code, n) for a, b, n in corrected(LATER.date(), least=2)] == [("pothole", "leak", 2)]
    assert corrected(LATER.date(), least=3) == []


def test_it_can_be_undone(town: Town) -> None:
    case = case_of(lin_files(town)[0])
    was = fresh(case).category
    undo_last(correct(town, case, "leak"), actor=town.actor("zhou"), at=LATER)
    assert fresh(case).category == was
    replayed(fresh(case))


def test_the_public_copy_follows_and_is_found_and_learnt_by_it(town: Town) -> None:
    shown(town)
    public = PublicCase.objects.get()
    old = public.category.code
    new = next(node.code for node in categories_to_correct_to(public.case) if node.public)
    correct(town, public.case, new, who=_worker(town, public.case))
    public.refresh_from_db()
    assert public.category.code == new
    kept = public.tokens.split()
    assert category_facet(town.categories[new].id) in kept
    assert category_facet(town.categories[old].id) not in kept
    wanted = filters(categories()[categories()[town.categories[new].id].path[-1]].code, "", "")
    assert [hit.number for hit in cases_found(TITLE, wanted, is_word=lambda _: True).hits] == [public.number]
    learnt, held = published_examples()
    assert [one.label for one in [*learnt, *held]] == [new]


def _worker(town: Town, case: Case) -> str:
    return "zhou" if case.office_id == town.offices["roads"].id else "ma"


def test_who_may_and_to_what(town: Town) -> None:
    case = case_of(lin_files(town)[0])
    sealed = case_of(lin_files(town, matter(town, "quarrel"))[0])
    offered = {node.kind for node in categories_to_correct_to(fresh(case))}
    assert offered == {case.kind}
    for who in ("ma", "su"):
        with pytest.raises((NotFound, NotAllowed)):
            correct(town, case, "leak", who=who)
    for one, category, code in (
        (case, "quarrel", "category_unknown"),
        (case, "conduct", "category_unknown"),
        (case, case.category.code, "category_unknown"),
        (sealed, "leak", "not_divisible"),
    ):
        with pytest.raises(RefusedError) as refused:
            correct(town, one, category)
        assert refused.value.code == code
    with pytest.raises(Changed):
        correct_category(fresh(case), town.categories["leak"].id, actor=town.actor("zhou"), at=LATER, seen=0)
    assert not CorrectionCount.objects.exists()
