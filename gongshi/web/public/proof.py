"""The dated, signed proof, for whoever has a filing open: as a file, and as codes for paper. Neither is stored."""

from datetime import datetime
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from gongshi.cases.proofs import promises_of, proof_of
from gongshi.cases.visiting import Visitor
from gongshi.formats.proof.statements import parsed_instant
from gongshi.web.public.visits import with_visit


@require_safe
@with_visit
def proof(request: HttpRequest, visitor: Visitor, at: datetime) -> HttpResponse:  # noqa: ARG001
    """The file, always sent as one to be kept. Its name says nothing of what it is about."""
    name, content = proof_of(visitor, at)
    response = HttpResponse(content, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def printed(visitor: Visitor) -> list[dict[str, Any]]:
    """Each matter's promise as a code to be scanned: when, by which key, and the picture's address."""
    return [
        {
            "at": parsed_instant(promise.at),
            "key": promise.key,
            "qr": segno.make(promise.short(), error="m", micro=False).svg_data_uri(
                border=2, dark="#000", light="#fff"
            ),
        }
        for promise in promises_of(visitor)
    ]
