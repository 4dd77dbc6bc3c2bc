"""Every page of the desk in a town that is full: ten statements at most, whatever there is of its lists or its case."""

import pytest
from django.test import Client

from tests.cast import Town
from tests.clock import Clock
from tests.desk_pages import PAGES
from tests.factors import prove
from tests.full_town import fill
from tests.statements import captured
from tests.web.desk.helpers import signed_in

MOST = 10
# Where a transaction begins and ends; the tests' own makes savepoints of them.
FRAME = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")


@pytest.mark.django_db
def test_no_page_takes_more_than_ten_statements(town: Town, clock: Clock) -> None:
    found, clients, over = fill(town, clock), {"": Client()}, {}
    for page in PAGES:
        client = clients.get(page.who) or clients.setdefault(page.who, signed_in(town, page.who))
        if page.proved:
            prove(client, town.staff[page.who])
        address = f"/desk/{page.path.format(**found)}"
        client.get(address)  # what stays in memory is fetched by the first
        with captured() as statements:
            answer = client.get(address)
        assert answer.status_code == 200, (page, answer.status_code, answer.headers.get("Location"))
        asked = [one for one in statements if not one.startswith(FRAME)]
        if len(asked) > MOST:
            over[f"{page.who} {address}"] = asked
    told = [line for page, asked in over.items() for line in (f"{page}: {len(asked)}", *asked)]
    assert not over, "\n".join(line[:200] for line in told)
