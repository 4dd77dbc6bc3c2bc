"""Queue pages: 50 metadata rows among very many open cases of one office, read by staff who are signed in."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from gongshi.config.bench import clients, world
from gongshi.config.bench.conditions import Conditions

CHUNK = 1_000


def measure(conditions: Conditions) -> dict[str, Any]:
    """Fill the queues, sign in, read pages; the figures as plain data."""
    with world.instance(postgres=conditions.postgres) as directory:
        office = _fill(conditions.cases)
        cookies = signed_in(office)
        with world.served(directory, workers=conditions.workers) as served:
            pages = [
                clients.get(path, host=served.host, cookies=cookies)
                for path in ("/desk/", "/desk/?page=2", "/desk/?show=late", "/en/desk/")
            ]

            def requests(number: int) -> Iterator[bytes]:
                while True:
                    yield pages[number % len(pages)]

            _warm(served, pages)
            measured = clients.run(
                served.port, requests, clients=conditions.clients, seconds=conditions.seconds, expect=200
            )
            return {
                "database": served.engine,
                "cases": conditions.cases,
                "clients": conditions.clients,
                "queue_pages": measured.as_data(),
                "worker_memory_mb": served.worker_memory(),
            }


def _warm(served: world.World, pages: list[bytes]) -> None:
    connection = clients.Connection(served.port)
    for page in pages * 4:
        status, _, body = connection.send(page)
        if status != 200 or body.count(b"<tr") + body.count(b"<li") < 40:
            raise RuntimeError(f"the queue page answered {status} without a full page of cases")


def _fill(cases: int) -> Any:
    """Put ``cases`` open cases into the queues, spread over categories and areas; returns the busiest office's id."""
    from django.db import transaction
    from django.db.models import Count
    from django.utils import timezone

    from gongshi.accounts.actors import System
    from gongshi.cases.actions.filing import rows_of
    from gongshi.cases.models import Case
    from gongshi.safekeeping.bulk import insert_all

    at = timezone.now()
    for start in range(0, cases, CHUNK):
        made = [
            rows_of(
                new,
                receipt=receipt,
                digest=b"",
                actor=System("bench"),
                at=at - timedelta(hours=start // CHUNK),
            )
            for new, receipt in _filings(start, min(CHUNK, cases - start))
        ]
        with transaction.atomic():
            insert_all([one.filing for one in made])
            insert_all([one.receipt for one in made])
            insert_all([row for one in made for row in one.cases])
            insert_all([row for one in made for row in one.wraps])
            insert_all([row for one in made for row in one.clocks])
            one_record = [one.record for one in made]
            for record in one_record[:1]:
                record.store()
    if Case.objects.count() != cases:
        raise RuntimeError("the benchmark's cases were not all stored")
    busiest = Case.objects.values("office").annotate(n=Count("id")).order_by("-n").first()
    assert busiest is not None
    Case.objects.update(office=busiest["office"])
    return busiest["office"]


def _filings(start: int, count: int) -> Iterator[tuple[Any, str]]:
    from gongshi.cases.drafts import NewFiling, NewMatter
    from gongshi.places.queries import aliases
    from gongshi.routing.queries import leaves
    from gongshi.safekeeping.receipts import new_receipt

    categories = [leaf for leaf in leaves() if leaf.kind == "request"]
    places = aliases()
    for number in range(start, start + count):
        place = places[number * 7 % len(places)]
        matter = NewMatter(
            category=categories[number * 13 % len(categories)].id,
            text=f"第{number}件：路灯不亮，晚上看不清路。" * 4,
            wish="请修好。",
            area=place.area_id,
            place=place.name,
        )
        yield NewFiling((matter,), language="zh", channel="web"), new_receipt()


def signed_in(office: Any) -> str:
    """The session cookie of a handler of the office."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from gongshi.accounts.queries import staff_in
    from gongshi.accounts.sessions import SessionStore

    staff = staff_in(office)[0]
    session = SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
