"""Which mail a program wrote: by table, after docs/rules/automatic.md."""

import pytest

from gongshi.rules.automatic import why_automatic

OURS = ("notices@town.example", "Letters@Town.example")


@pytest.mark.parametrize(
    ("headers", "sender", "why"),
    [
        ({}, "lin@example.org", ""),
        ({"auto-submitted": "no"}, "lin@example.org", ""),
        ({"auto-submitted": "auto-generated; owner=x"}, "lin@example.org", "responder"),
        ({"x-autoreply": "yes"}, "lin@example.org", "responder"),
        ({"return-path": "<>"}, "lin@example.org", "bounce"),
        ({"return-path": "<lin@example.org>"}, "lin@example.org", ""),
        ({"content-type": "multipart/report; report-type=delivery-status"}, "lin@example.org", "bounce"),
        ({"list-unsubscribe": "<https://x>"}, "lin@example.org", "list"),
        ({"precedence": "Bulk"}, "lin@example.org", "list"),
        ({"precedence": "first-class"}, "lin@example.org", ""),
        ({}, "MAILER-DAEMON@mail.example.org", "program"),
        ({}, "no-reply@shop.example.org", "program"),
        ({}, "bounce+lin=x@list.example.org", "program"),
        ({}, "nora-reply@example.org", ""),
        ({}, "letters@town.example", "own"),
        ({"subject": "自动回复：我在休假"}, "lin@example.org", "responder"),
        ({"subject": "自动回复怎么这么慢"}, "lin@example.org", ""),
        ({"subject": "Automatic reply: your notice"}, "lin@example.org", "responder"),
        ({"subject": "Out of office"}, "lin@example.org", "responder"),
        ({"subject": "Delivery failure of my parcel"}, "lin@example.org", ""),
    ],
)
def test_letters_and_what_only_looks_like_one(headers: dict[str, str], sender: str, why: str) -> None:
    assert why_automatic({name: (value,) for name, value in headers.items()}, sender, OURS) == why
