"""What a program learns of a request that it filed: whether it is public, and then under which id."""

from gongshi.api.open311.doors import Asked, refused
from gongshi.cases.models import Case
from gongshi.formats import open311
from gongshi.formats.open311 import Taken
from gongshi.safekeeping.tokens import TokenError, filing_of_report


def by_token(asked: Asked, token: str) -> bytes:
    """GET service_request_id from a token: nothing but the token while the filing is not public."""
    try:
        filing = filing_of_report(token)
    except TokenError as wrong:
        raise refused(404, "没有这个 token。", "There is no such token.") from wrong
    first = Case.objects.filter(filing=filing).order_by("number").values_list("public__id", flat=True).first()
    return open311.taken(Taken(token, str(first) if first else None), asked.extension)
