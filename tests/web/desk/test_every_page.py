"""Every page of the desk in a town that is full: ten statements at most, whatever there is of its lists or its case."""

from collections.abc import Iterable

import pytest
from django.test import Client

from gongshi.accounts.models import Appointment
from gongshi.accounts.rights import ROLES
from gongshi.places.snapshots import forget
from tests.cast import Town
from tests.clock import Clock
from tests.desk_pages import PAGES, Page
from tests.factors import prove
from tests.full_town import fill
from tests.statements import captured
from tests.web.desk.helpers import signed_in

MOST = 10
# Where a transaction begins and ends; the tests' own makes savepoints of them.
FRAME = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")
OF_EVERYTHING = ("zhou", "ma", "qin")


@pytest.mark.django_db
def test_no_page_takes_more_than_ten_statements(town: Town, clock: Clock) -> None:
    found = fill(town, clock)
    over = dearer(PAGES, town, found)
    _is_everything(town)
    over += dearer([one for one in PAGES if one.who in OF_EVERYTHING and "cases/" in one.path], town, found)
    assert not over, "\n".join(line[:200] for line in over)


def _is_everything(town: Town) -> None:
    """In a small place one person has every role: what each adds to the head of a page comes together there."""
    for name in OF_EVERYTHING:
        held = Appointment.objects.filter(staff=town.staff[name])
        office = held.earliest("id").office
        for role in set(ROLES) - set(held.filter(office=office).values_list("role", flat=True)):
            Appointment.objects.create(staff=town.staff[name], office=office, role=role)
    forget()


def dearer(pages: Iterable[Page], town: Town, found: dict[str, str]) -> list[str]:
    """Pages that take more than ten statements, each with what it asked."""
    clients, told = {"": Client()}, []
    for page in pages:
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
            told += [f"{page.who} {address}: {len(asked)}", *asked]
    return told
