"""Errors for programs in one shape: problem details (RFC 9457), the title in both languages."""

import json
from typing import Any

MEDIA_TYPE = "application/problem+json"


def problem(zh: str, en: str, status: int, **more: Any) -> bytes:
    """A problem as JSON. ``more`` are further members, as ``errors`` for what is wrong with each parameter."""
    said = {"type": "about:blank", "title": f"{zh} / {en}", "status": status, **more}
    return json.dumps(said, ensure_ascii=False).encode()
