"""Many at once: an invitation seats one, and a joint case never has a sixth voice."""

from collections.abc import Iterator

import pytest

from gongshi.grievances.actions.codes import invite, take_seat
from gongshi.grievances.models import Member
from gongshi.places.snapshots import forget
from tests.cases.test_races import at_once
from tests.cast import Town, build_town
from tests.grievances.many import begins, code_of, joins

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db: None) -> Iterator[Town]:
    """The town, committed, so that every thread sees it."""
    forget()
    yield build_town()
    forget()


def test_one_invitation_seats_one(town: Town) -> None:
    lin, _ = begins(town)
    others = [joins(code_of(lin)) for _ in range(4)]
    invitation = invite(lin.case, actor=lin.actor)
    found = at_once(lambda n: take_seat(others[n].case, invitation, actor=others[n].actor), 4)
    assert found == {"NoneType": 1, "NotFound": 3}
    assert sorted(Member.objects.exclude(seat=None).values_list("seat", flat=True)) == [1, 2]
