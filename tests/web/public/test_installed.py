"""The site as an app: what a device may keep of it, and what it never does."""

import json
import re
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from gongshi.web.public.installed import FILES
from tests.cast import Town


@pytest.mark.parametrize(("address", "language", "start"), [("/", "zh-Hans", "/"), ("/en/", "en", "/en/")])
def test_the_manifest_names_the_place_in_the_page_s_language(
    town: Town, client: Client, address: str, language: str, start: str
) -> None:
    page = client.get(address).content.decode()
    found = re.search(r'rel="manifest" href="([^"]+)"', page)
    assert found
    answer = client.get(found[1])
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["lang"], manifest["start_url"], manifest["scope"]) == (language, start, "/")
    for one in manifest["icons"]:
        picture = Image.open(BytesIO(client.get(one["src"]).content))
        assert f"{picture.width}x{picture.height}" == one["sizes"]
        assert picture.format == "PNG"
    for shortcut in manifest["shortcuts"]:
        assert client.get(shortcut["url"]).status_code == 200


def test_a_device_keeps_static_files_and_one_page_in_each_language(town: Town, client: Client) -> None:
    answer = client.get("/sw.js")
    assert (answer["Content-Type"], answer["Cache-Control"]) == (
        "text/javascript; charset=utf-8",
        "private, no-store",
    )
    kept = re.search(r"var kept = (\{.*\});", answer.content.decode())
    assert kept
    listed = json.loads(kept[1])
    assert [one.rpartition("/")[2] for one in listed["files"]] == list(FILES)
    assert (listed["page"], listed["others"]) == ("/offline/", {"/en/": "/en/offline/"})


@pytest.mark.parametrize("address", ["/offline/", "/en/offline/"])
def test_the_page_for_writing_is_the_same_for_everybody_and_takes_nothing(
    town: Town, client: Client, address: str
) -> None:
    answer = client.get(address)
    text = answer.content.decode()
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies
    assert "csrfmiddlewaretoken" not in text
    assert "<noscript>" in text
    assert Client().get(address).content == answer.content
