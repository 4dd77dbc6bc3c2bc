"""Somebody's program at the residents' own addresses, as tests write it: no cookies, a token in the header."""

from collections.abc import Mapping
from typing import Any

from django.test import Client

WORDS = "老桥东头路上有个大坑。"
MATTER = {"category": "pothole", "text": WORDS, "area": "river-street"}


class Program:
    """Somebody's program: no cookies, and forged forms would be noticed."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.token = ""

    def post(self, address: str, sent: Mapping[str, Any], status: int = 200, **more: Any) -> Any:
        """Send JSON to an address below /api/v1/."""
        return self._answer(
            self.client.post(f"/api/v1/{address}", sent, content_type="application/json", **self._who(more)),
            status,
        )

    def get(self, address: str, status: int = 200) -> Any:
        """Read an address below /api/v1/."""
        return self._answer(self.client.get(f"/api/v1/{address}", **self._who({})), status)

    def _who(self, more: dict[str, Any]) -> dict[str, Any]:
        return {**({"headers": {"Authorization": f"Bearer {self.token}"}} if self.token else {}), **more}

    def _answer(self, response: Any, status: int) -> Any:
        assert response.status_code == status, response.content
        assert response.headers["Cache-Control"] == "private, no-store"
        assert not response.cookies
        assert "Access-Control-Allow-Origin" not in response.headers
        return response.json()

    def draft(self, **changed: Any) -> dict[str, Any]:
        """A filing that can be sent."""
        token = self.post("drafts", {})["draft"]
        return {"draft": token, "language": "zh", "matters": [MATTER], **changed}

    def filed(self, **changed: Any) -> Any:
        """File, and go on with the visit that the answer begins."""
        filed = self.post("filings", self.draft(**changed), 201)
        self.token = filed["visit"]["token"]
        return filed

    def open(self, filed: Any) -> None:
        """Begin another visit."""
        self.token = self.post("visits", {one: filed[one] for one in ("reference", "receipt")})["token"]

    def send(self, address: str, sent: Mapping[str, Any], status: int = 200) -> Any:
        """Send a form with files (multipart) to an address below /api/v1/."""
        return self._answer(self.client.post(f"/api/v1/{address}", sent, **self._who({})), status)

    def fetch(self, address: str, status: int = 200) -> Any:
        """Fetch a file; the response with its ``body``."""
        response: Any = self.client.get(f"/api/v1/{address}", **self._who({}))
        assert response.status_code == status, response.content
        assert response.headers["Cache-Control"] == "private, no-store"
        response.body = b"".join(response.streaming_content) if response.streaming else response.content
        return response

    def begin(self, filing: Any, receipt: str) -> None:
        """Begin a visit to a filing that was made elsewhere."""
        self.open({"reference": filing.reference, "receipt": receipt})

    def matter(self, number: int = 1) -> Any:
        """What may be done to a matter now."""
        return next(one for one in self.get("filing")["matters"] if one["number"] == number)
