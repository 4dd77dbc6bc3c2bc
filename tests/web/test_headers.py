"""The middleware: private unless said otherwise, nothing leaky, broken addresses refused in both languages."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from gongshi.web.middleware import answer_headers

Door = Callable[[str], HttpResponse]


@pytest.fixture
def door() -> Door:
    """``door("/path?query")`` answers through the middleware alone."""

    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("inside")
        if request.path == "/published":
            response["Cache-Control"] = "public, max-age=60"
        response["Server"] = "something 1.0"
        return response

    return lambda address: answer_headers(view)(RequestFactory().get(address))


def test_pages_are_private_unless_they_say_otherwise(door: Door) -> None:
    assert door("/mine")["Cache-Control"] == "private, no-store"
    assert door("/published")["Cache-Control"] == "public, max-age=60"


def test_what_any_cache_may_keep_is_meant_for_nobody_alone() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("inside")
        response["Cache-Control"] = "public, max-age=60" if request.path == "/published" else "private"
        response["Vary"] = "Cookie, Accept-Language"
        response.set_cookie("csrftoken", "somebody's")
        return response

    kept, own = (answer_headers(view)(RequestFactory().get(path)) for path in ("/published", "/mine"))
    assert (dict(kept.cookies), "Vary" in kept) == ({}, False)
    assert (list(own.cookies), own["Vary"]) == (["csrftoken"], "Cookie, Accept-Language")


def test_pages_may_use_the_camera_and_the_place_themselves_and_nothing_else(door: Door) -> None:
    response = door("/")
    assert "camera=(self), geolocation=(self), microphone=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_answers_do_not_name_the_server(door: Door) -> None:
    assert "Server" not in door("/")


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=%00",
        "/search?q=a%00b&page=2",
        "/search?%00=1",
        "/search?q=%ED%A0%80",  # a lone surrogate, as UTF-8 never has it
        "/search?q=%FF%FE",
        "/search?q=%C2",
        "/a%00b",
    ],
)
def test_broken_addresses_are_refused(door: Door, address: str) -> None:
    response = door(address)
    assert response.status_code == 400
    assert response["Cache-Control"] == "private, no-store"
    assert "这个网址打不开" in response.content.decode()


@pytest.mark.parametrize(
    "address", ["/", "/search?q=%E8%B7%AF%E7%81%AF&empty=&x", "/search?q=%F0%9F%8C%BE+%2500", "/%E8%B7%AF"]
)
def test_whole_addresses_pass(door: Door, address: str) -> None:
    assert door(address).content == b"inside"


def test_the_refusal_speaks_the_language_of_the_address(door: Door) -> None:
    page = door("/en/search?q=%00").content.decode()
    assert '<html lang="en">' in page
    assert "This address cannot be opened" in page
    assert 'href="/en/"' in page
