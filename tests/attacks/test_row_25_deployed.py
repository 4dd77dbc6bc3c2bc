"""Rows 5, 25, 27 and 29 as deployed: what `gongshi init` makes for https, served, behind nginx and behind Caddy.

Everything else is tested with settings for tests; here nothing is set but what the command wrote itself.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongshi.safekeeping.receipts import new_receipt
from tests.attacks.deployed import HOST, Far, Instance, plainly, with_an_app
from tests.attacks.proxy import caddy_with, nginx_with
from tests.factors import code_now
from tests.web.public.walker import TEXT, Walker, photo, shown_receipt, to_text_page

PASSWORD = "quiet-heron-crosses-the-weir-62"


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Founded, its administrator with a password and an app, and served."""
    found = Instance(tmp_path_factory.mktemp("deployed"))
    with_an_app(found)
    with found.served():
        yield found


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def site(request: pytest.FixtureRequest, instance: Instance) -> Iterator[tuple[str, int, int]]:
    """The proxy by its name, and the ports where it speaks TLS and plainly."""
    folder: Path = instance.folder / request.param
    folder.mkdir()
    (folder / "certificate.pem").write_bytes(instance.certificate.read_bytes())
    file, proxy = {"nginx": ("nginx.conf", nginx_with), "caddy": ("Caddyfile", caddy_with)}[request.param]
    with proxy(instance.file(file), folder) as (outer, plain):
        yield request.param, outer, plain


@pytest.fixture
def far(site: tuple[str, int, int]) -> Far:
    """A browser that was never here."""
    return Far(site[1])


def of(far: Far) -> Walker:
    """The same browser, that fills in forms."""
    walker = Walker()
    walker.client = far  # type: ignore[assignment]
    return walker


def test_row_25_a_resident_files_opens_and_takes_away_and_other_sites_press_nothing(
    far: Far, instance: Instance
) -> None:
    walker = to_text_page(of(far))
    fields = {**walker.fields(walker.form()), "text-1": TEXT, "go": "next"}
    for origin in ("https://evil.example", f"http://{HOST}", "null"):
        assert far.post("/file/", fields, Origin=origin).status_code == 403
    assert far.post("/file/", {**fields, "csrfmiddlewaretoken": "x" * 64}).status_code == 403
    walker.press("go=next", {"text-1": TEXT}, files={"files-1": photo()}).press("go=send")
    reference, receipt = shown_receipt(walker)
    other = of(Far(far.port)).get("/open/").press("打开", {"reference": reference, "receipt": receipt})
    assert TEXT in other.get("/filing/1/").text
    link = other.page.select_one('a[href*="/files/"]')
    assert link
    picture = other.client.get(str(link["href"]))
    assert picture.status_code == 200
    assert picture.headers["Content-Disposition"].startswith("attachment")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert other.client.get("/filing/proof/").status_code == 200
    wrong = of(Far(far.port)).get("/open/").press("打开", {"reference": reference, "receipt": receipt[::-1]})
    assert wrong.status == 403
    said = instance.log().partition("\n")[2]
    assert "refused 403 public:file" in said
    for secret in (receipt, reference, TEXT[:9], "127.0.0.1", "坑.png"):
        assert secret not in said, secret


def test_row_27_staff_sign_in_with_their_app_and_the_cookie_ends_with_signing_out(
    far: Far, instance: Instance
) -> None:
    if not instance.signed_in:
        typed = {"login": instance.login, "code": instance.code, "password1": PASSWORD, "password2": PASSWORD}
        of(far).get("/desk/login/first/").press("", typed)
    walker = of(far).get("/desk/login/").press("", {"login": instance.login, "password": PASSWORD})
    # An app's code is good once: the second to sign in takes that of the step after.
    walker.press("", {"code": code_now(steps=instance.signed_in)})
    instance.signed_in += 1
    assert walker.status == 200
    assert walker.get("/desk/").address == "/desk/", walker.text[:300]
    taken = Far(far.port)
    taken.cookies.load(far.cookies.output(header=""))
    assert taken.get("/desk/").status_code == 200
    assert far.post("/desk/logout/", {}, Origin="https://evil.example").status_code == 403
    walker.get("/desk/logout/").press("")
    assert taken.get("/desk/").status_code == 302


def test_row_29_headers_and_cookies_are_those_of_a_site_in_https(far: Far) -> None:
    page = far.get("/file/")
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "no-store" in page.headers["Cache-Control"]
    assert not re.search(r"\d", page.headers.get("Server", "")), "the proxy tells its version"
    assert far.cookies, "the page has a form"
    for name, cookie in far.cookies.items():
        assert name.startswith("__Host-"), name
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    style = re.search(r'href="(/static/[^"]+\.css)"', page.content.decode())
    assert style
    assert far.get(style[1]).status_code == 200
    assert far.get("/metrics").status_code == 404
    assert far.get("/healthz").status_code == 200


def test_row_29_without_https_there_is_only_the_way_to_it(
    site: tuple[str, int, int], instance: Instance
) -> None:
    """Neither the proxy's plain port nor the program itself shows a page, whatever somebody says of how they came."""
    for port in (site[2], instance.port):
        answer = plainly(port, "/open/")
        assert answer.status_code in (301, 308)
        assert answer.headers["Location"].startswith(f"https://{HOST}")
        assert "Set-Cookie" not in answer.headers
    forged = plainly(site[2], "/open/", **{"X-Forwarded-Proto": "https"})
    assert forged.status_code in (301, 308)


def test_row_05_forged_addresses_are_one_source_and_real_ones_are_not(site: tuple[str, int, int]) -> None:
    sources = {"nginx": ("127.11.1.1", "127.11.2.1"), "caddy": ("127.12.1.1", "127.12.2.1")}[site[0]]
    one, other = (Far(site[1], source) for source in sources)
    forged = [guessed(one, number) for number in range(6)]
    assert (forged[0], forged[-1]) == (403, 429), forged
    assert guessed(other, 0) == 403


def guessed(far: Far, number: int) -> int:
    """The status of a wrong receipt that says it comes from elsewhere."""
    page = of(far).get("/open/")
    fields = {**page.fields(page.form()), "reference": "QH-0000-0000-0", "receipt": new_receipt()}
    return int(far.post("/open/", fields, **{"X-Forwarded-For": f"10.0.{number}.1"}).status_code)
