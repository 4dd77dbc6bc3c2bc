"""The statements that a block sends, to the database and to the wraps store."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import connections
from django.test.utils import CaptureQueriesContext


@contextmanager
def captured() -> Iterator[list[str]]:
    """Every statement of the block, by database; the list is filled when the block ends."""
    statements: list[str] = []
    with ExitStack() as stack:
        opened = [stack.enter_context(CaptureQueriesContext(each)) for each in connections.all()]
        yield statements
        statements += [row["sql"] for each in opened for row in each.captured_queries]
