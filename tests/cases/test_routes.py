"""Where a matter goes: within 50 metres of a boundary the desk sees the other office too, if it really serves there."""

import pytest

from gongshi.places.snapshots import forget
from gongshi.routing.models import RoutingRule
from gongshi.words import pair
from tests.cast import Town, case_of, lin_files, matter

pytestmark = pytest.mark.django_db
JUST_EAST, JUST_WEST = (30.5, 120.5001), (30.5, 120.4999)


@pytest.fixture
def divided(town: Town) -> Town:
    """Water has the noise of the eastern grid; for the western one no rule but the last is found: Roads."""
    RoutingRule.objects.filter(code="rest").update(position=9)
    rule = RoutingRule.objects.create(
        code="east",
        position=1,
        office=town.offices["water"],
        reason=pair("东边归水务。", "Water has the east."),
    )
    rule.areas.set([town.areas["east-grid"]])
    forget()
    return town


def near(town: Town, point: tuple[float, float], area: str = "river-street") -> tuple[str, list[str]]:
    case = case_of(lin_files(town, matter(town, "noise", point=point, area=area))[0])
    codes = {str(office.id): code for code, office in town.offices.items()}
    return codes[str(case.office_id)], [codes[office] for office in case.route["near"]]


def test_an_office_across_the_boundary_is_named(divided: Town) -> None:
    assert near(divided, JUST_WEST) == ("roads", ["water"])


def test_an_office_that_takes_what_is_left_over_is_no_neighbour(divided: Town) -> None:
    assert near(divided, JUST_EAST) == ("water", [])


def test_the_side_that_somebody_chose_counts_near_a_border_and_nowhere_else(divided: Town) -> None:
    assert near(divided, JUST_WEST, area="east-grid") == ("water", [])
    assert near(divided, JUST_EAST, area="west-grid") == ("roads", ["water"])
    assert near(divided, (30.5, 120.1), area="east-grid") == ("roads", []), (
        "far from it the point knows better"
    )
