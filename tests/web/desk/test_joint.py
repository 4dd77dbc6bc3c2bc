"""A joint matter at the desk: about how many, how many speak, and nobody by name."""

import pytest

from gongshi.grievances.actions.codes import invite, take_seat
from gongshi.grievances.labels import band_words
from gongshi.grievances.queries import band_of
from tests.cast import Town
from tests.clock import Clock
from tests.grievances.many import SECRET, TEXT, begins, code_of, complains, joins, joint_of
from tests.statements import captured
from tests.web.desk.helpers import SignIn, address, text

pytestmark = pytest.mark.django_db


def test_the_page_tells_about_how_many_and_lists_nobody(town: Town, clock: Clock, sign_in: SignIn) -> None:
    lin, collective = begins(town)
    others = [joins(code_of(lin)) for _ in range(12)]
    take_seat(others[0].case, invite(lin.case, actor=lin.actor), actor=others[0].actor)
    client, case = sign_in("qin"), joint_of(collective)
    page = client.get(address(case))
    assert TEXT in text(page)
    told = band_words(band_of(collective.id))
    assert f"{told['zh']}一起反映，代表2位" in text(page)
    assert told["en"] in text(client.get(address(case, english=True)))
    assert SECRET not in text(page)
    queue = client.get("/desk/").content.decode() + page.content.decode()
    for one in (lin, *others):
        assert one.filing.reference not in queue
        assert client.get(address(one.case)).status_code == 404


def test_a_joint_matter_costs_no_statement_more_than_any_sealed_one(
    town: Town, clock: Clock, sign_in: SignIn
) -> None:
    alone, client = complains(town).case, sign_in("qin")
    lin, collective = begins(town)
    for _ in range(3):
        joins(code_of(lin))
    counts = []
    for case in (alone, joint_of(collective)):
        client.get(address(case))
        with captured() as statements:
            client.get(address(case))
        counts.append(len(statements))
    assert counts[0] == counts[1]
