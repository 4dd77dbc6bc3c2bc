"""An address of the API that there is not, whatever stands in it, is answered in the API's own shape."""

from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import resolve

PROBLEM = "application/problem+json"
NAMES = ["photo.jpg", "photo%0A.jpg", "%0D%0A", "photo%E2%80%A8.jpg", "%0A/again"]


@pytest.mark.parametrize("name", NAMES)
def test_a_line_break_in_an_address_is_answered_like_any_other(name: str) -> None:
    for where in ("/api/v1/filing/matters/1/files/", "/api/v1/nothing/", "/feeds/areas/"):
        for response in (Client().get(where + name), Client().post(where + name)):
            assert (response.status_code, response.headers["Content-Type"]) == (404, PROBLEM), where
    assert resolve(unquote(f"/open311/nothing/{name}")).url_name == "open311_nowhere"
