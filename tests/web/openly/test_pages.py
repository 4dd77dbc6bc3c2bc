"""What anybody may read: published cases on list and map, each on its page, and the board of figures."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongshi.cases import clustered
from gongshi.cases.actions.publication import publish, take_back_consent
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.models import Case, Consent, Filing, PublicCase
from gongshi.figures.periods import Month
from gongshi.figures.released.actions import release
from gongshi.places.snapshots import forget
from gongshi.safekeeping.ids import new_id
from tests.cast import Town, build_town, case_of, lin_files, matter, resident
from tests.clock import Clock, local
from tests.published import published_cases

pytestmark = pytest.mark.django_db

Show = Callable[..., list[PublicCase]]


@pytest.fixture
def town(db: None, clock: Clock) -> Town:
    """The small town and its cast, on 20 April 2026."""
    clock.set("2026-04-20 09:00")
    forget()
    return build_town()


@pytest.fixture
def show(town: Town) -> Show:
    """``show(3, category="leak", area="river-street")``: published cases, filed a day apart."""

    def make(n: int = 1, *, category: str = "pothole", area: str | None = "river-street", **told: Any) -> Any:
        return published_cases(town, n, category=category, area=area, **told)

    return make


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def titles(page: str) -> list[str]:
    return re.findall(r'<h3 class="card-title"><a [^>]*>([^<]*)</a>', page)


def test_the_newest_come_first_twenty_a_page(client: Client, show: Show) -> None:
    show(25)
    first, second = read(client, "/published/"), read(client, "/published/?page=2")
    assert titles(first) == [f"第{k}件" for k in range(24, 4, -1)]
    assert titles(second) == [f"第{k}件" for k in range(4, -1, -1)]
    assert "共25件" in first
    assert "第2页，共2页" in second


def test_filters_stay_in_the_address(client: Client, show: Show, town: Town) -> None:
    show(21, state="closed")
    show(2, area="town")
    page = read(client, "/published/?group=streets&area=river-street&state=closed")
    assert "找到21件" in page
    assert "group=streets&amp;area=river-street&amp;state=closed&amp;page=2" in page
    assert "找到2件" in read(client, "/published/?state=open")
    assert "找到23件" in read(client, "/published/?area=town")
    assert "没有这样的公开事项" in read(client, "/published/?state=answered")


def test_the_list_names_the_feeds_of_what_is_in_view(client: Client, show: Show) -> None:
    show(2)
    for address, feeds in (
        ("/published/", ["/feeds/published.atom?locale=zh"]),
        (
            "/en/published/?group=streets&area=river-street",
            [
                "/feeds/published.atom?locale=en",
                "/feeds/categories/streets.atom?locale=en",
                "/feeds/areas/river-street.atom?locale=en",
            ],
        ),
    ):
        page = read(client, address)
        assert re.findall(r'type="application/atom\+xml" title="[^"]+" href="([^"]+)"', page) == feeds
        for feed in feeds:
            assert f'<a href="{feed}">' in page
            assert client.get(feed).headers["Content-Type"].startswith("application/atom+xml")


def test_there_is_an_address_for_what_does_not_exist_and_it_is_404(client: Client, show: Show) -> None:
    show(1)
    for query in ("group=nothing", "group=pothole", "area=east-grid", "area=moon", "state=late"):
        assert client.get(f"/published/?{query}").status_code == 404, query
    for page in ("0", "-1", "x", "1000000000", "9" * 30):
        assert titles(read(client, f"/published/?page={page}")) == ["第0件"]


def test_the_map_counts_in_bands_and_links_to_its_areas(client: Client, show: Show) -> None:
    show(7)
    page = read(client, "/published/")
    area = re.search(
        r'<a href="\?area=river-street" aria-label="([^"]*)".*?fill-opacity="([0-9.]+)"', page, re.S
    )
    assert area is not None
    assert area[1] == "river-street区：7件"
    assert area[2] == "0.30"
    assert page.count("<circle") == 1
    assert "https://" not in page
    assert "http://" not in page


BOX = "30.2,120.7,30.3,120.8"


def view(client: Client, box: str = BOX, zoom: int = 14, **more: str) -> Any:
    response = client.get("/published/view/", {"box": box, "zoom": zoom, **more})
    assert response.status_code == 200
    return response.json()


def test_a_view_of_the_map_and_the_list_beside_it_say_the_same(client: Client, show: Show) -> None:
    show(3)
    show(2, latitude=30.251, longitude=120.751, state="closed")
    show(1, latitude=30.29, longitude=120.79, title="远处")
    show(1, area=None, latitude=None, longitude=None, title="不知在哪")
    found = view(client, zoom=12)
    assert found["cells"] == [[30.2504, 120.7504, 5], [30.29, 120.79, 1]]
    assert "地图这一部分：6件" in found["list"]
    assert "不在地图上：1件" in found["list"]
    assert "没有写地点" in found["list"]
    near = view(client, "30.24,120.74,30.26,120.76", 18)
    assert [n for _, _, n in near["cells"]] == [3, 2]
    assert "远处" not in near["list"]
    assert view(client, state="closed")["cells"] == [[30.251, 120.751, 2]]
    assert titles(read(client, "/published/?box=30.28,120.78,30.3,120.8")) == ["远处"]
    assert titles(read(client, "/published/?area=none")) == ["不知在哪"]


def test_very_many_in_a_view_are_listed_the_same_way(
    client: Client, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(25)
    show(2, latitude=31.0, title="别处")
    few = view(client)
    monkeypatch.setattr(clustered, "MANY", 10)
    with CaptureQueriesContext(connection) as said:
        many = view(client)
    assert many == few
    assert titles(many["list"]) == [f"第{k}件" for k in range(24, 4, -1)]
    assert len(said) <= 4
    assert "全部25件" in many["list"]


def test_a_view_is_bounded_and_what_is_no_view_is_404(client: Client, show: Show) -> None:
    for k in range(30):
        show(1, latitude=30.2 + k / 500, longitude=120.7 + k / 500)
    assert len(view(client, "-90,-180,90,180", 18)["cells"]) <= 400
    for query in ("", "box=1,2,3,4", f"box={BOX}&zoom=x", "box=5,2,3,4&zoom=3", f"box={BOX}&zoom=3&group=no"):
        assert client.get(f"/published/view/?{query}").status_code == 404, query


def test_the_ground_of_the_map_is_the_places_own(client: Client, town: Town) -> None:
    ground = client.get("/published/base.json").json()
    assert [one["name"] for one in ground["areas"]] == ["river-street区"]
    assert ground["areas"][0]["rings"]
    assert client.get("/en/published/base.json").json()["areas"][0]["name"] != "river-street区"


def test_a_case_stands_on_a_page_of_its_own(client: Client, show: Show) -> None:
    [case] = show(1, state="answered", answered_on=date(2026, 3, 4), text="坑在▇门前。\n很深。")
    page = read(client, f"/published/{case.id}/")
    for part in (
        "坑在▇门前。\n很深。",
        "已在3月4日书面答复",
        "道路所",
        "pothole类",
        "river-street区",
        "遮去了",
    ):
        assert part in page, part
    english = read(client, f"/en/published/{case.id}/")
    assert "answered the resident in writing on 4 March" in english
    assert 'lang="zh-Hans">第0件' in english


def test_nobody_elses_text_becomes_part_of_the_page(client: Client, show: Show) -> None:
    [case] = show(1, title="<b>坑</b>", text='<script>alert("x")</script>')
    for address in ("/published/", f"/published/{case.id}/"):
        page = read(client, address)
        assert "<b>坑</b>" not in page
        assert "<script>alert" not in page


def test_what_is_taken_back_is_gone_everywhere(client: Client, town: Town) -> None:
    copy = PublicCopy("老桥的坑", "老桥东头路面塌了一个坑。")
    filed, _ = lin_files(town, matter(town, public=copy))
    consent = Consent.objects.get()
    at = local("2026-03-03 09:00")
    public = publish(consent.id, copy, actor=town.actor("su"), at=at)
    address = f"/published/{public.id}/"
    page = read(client, address)
    assert "老桥东头路面塌了一个坑。" in page
    # Neither the number that opens the filing, nor the case's own key, nor the hour.
    assert filed.filing.reference not in page
    assert str(public.case_id) not in page
    assert "09:00" not in page
    take_back_consent(case_of(filed), actor=resident(filed), at=at)
    gone, never = client.get(address), client.get("/published/00000000-0000-4000-8000-000000000000/")
    assert (gone.status_code, never.status_code) == (404, 404)
    assert gone["Cache-Control"] == "private, no-store"
    assert "老桥" not in read(client, "/published/")


def test_a_place_without_anything_published_says_so(client: Client, town: Town) -> None:
    assert "还没有公开的事项" in read(client, "/published/")
    assert "Nothing has been published yet" in read(client, "/en/published/")


def test_statements_do_not_grow_with_the_list(client: Client, show: Show) -> None:
    show(2)
    read(client, "/published/")
    with CaptureQueriesContext(connection) as few:
        read(client, "/published/")
    show(30)
    with CaptureQueriesContext(connection) as many:
        read(client, "/published/")
    assert len(many) == len(few) <= 6
    with CaptureQueriesContext(connection) as one:
        read(client, f"/published/{PublicCase.objects.first().id}/")  # type: ignore[union-attr]
    assert len(one) <= 4


@pytest.fixture
def busy_march(town: Town) -> None:
    """Twenty cases of Roads and four of Water in March, answered in three days; one case in April."""
    filed, _ = lin_files(town)
    model = case_of(filed)
    Case.objects.filter(pk=model.pk).update(opened_on=date(2026, 4, 2))
    for office, n in (("roads", 20), ("water", 4)):
        for _ in range(n):
            filing = Filing.objects.create(
                id=new_id(),
                reference=f"TT-{new_id().hex[-12:]}",
                channel="web",
                language="zh",
                filed_at=model.opened_at,
                filed_on=date(2026, 3, 2),
            )
            case = Case.objects.get(pk=model.pk)
            case.id, case.filing, case.office = new_id(), filing, town.offices[office]
            case.opened_on, case.answered_on, case.on_time = date(2026, 3, 2), date(2026, 3, 5), True
            case.outcome, case.closed_on = "confirmed", date(2026, 3, 5)
            case.save(force_insert=True)
    release(Month(2026, 3), today=date(2026, 5, 1))


@pytest.mark.usefixtures("busy_march")
def test_the_board_shows_the_last_whole_month(client: Client) -> None:
    page = read(client, "/figures/")
    assert "2026年3月登记的诉求和咨询，到5月1日办得怎样" in page
    assert '<option value="2026-03" selected>' in page
    assert "2026-04" not in page
    assert "少于11件" in page
    assert "怎样算出来的" in page
    assert "Requests and questions filed in March 2026, and how they stood on 1 May" in read(
        client, "/en/figures/"
    )


@pytest.mark.usefixtures("busy_march")
def test_no_small_number_leaves_the_server(client: Client) -> None:
    """Water's four, and Roads' twenty of twenty-four from which they could be worked out."""
    page = read(client, "/en/figures/")
    tables = "".join(re.findall(r"<table.*?</table>", page, re.S))
    numbers = re.findall(r"<span>\s*([0-9]+)\s*</span>|>of ([0-9]+)<", tables)
    assert {a or b for a, b in numbers} == {"24", "0"}
    # All were answered on the third day, and all together is what may be told.
    assert '<th scope="row">3 days</th>' in tables
    assert "Not shown: 2" in page


@pytest.mark.usefixtures("busy_march")
def test_months_that_were_not_released_or_are_none(client: Client) -> None:
    assert client.get("/figures/?month=2026-03").status_code == 200
    for month in ("2026-04", "2026-02", "2026-13", "9999-12", "x", "2026-03-01", "-1"):
        assert client.get(f"/figures/?month={month}").status_code == 404, month


@pytest.mark.usefixtures("busy_march")
def test_an_office_month_by_month_tells_what_its_boards_tell(client: Client) -> None:
    """Roads' twenty protect Water's four; none of them is in a picture or a table, on no office's page."""
    with CaptureQueriesContext(connection) as once:
        roads = read(client, "/en/figures/office/roads/?month=2026-03")
    assert "<title id='volume-title'>Cases filed in each month</title>" in roads
    assert "<desc id='volume-desc'>March 2026: withheld</desc>" in roads
    water = read(client, "/en/figures/office/water/")
    assert "<desc id='on-time-desc'>March 2026: withheld</desc>" in water
    for page in (roads, water):
        assert not {"20", "4"} & set(re.findall(r">([0-9]+)<", page))
    assert "How is this computed?" in roads
    assert 'href="/en/figures/office/roads/?month=2026-03"' in read(client, "/en/figures/")
    assert len(once) <= 10


@pytest.mark.usefixtures("busy_march")
def test_offices_that_are_none_and_months_that_were_not_released(client: Client) -> None:
    assert client.get("/figures/office/hall/").status_code == 200
    for address in ("moon/", "roads/?month=2026-04", "roads/?month=2026-02", "roads/?month=x"):
        assert client.get(f"/figures/office/{address}").status_code == 404, address


def test_a_board_before_anything_was_released(client: Client, town: Town) -> None:
    assert "还没有发布过数字" in read(client, "/figures/")
    assert "还没有发布过数字" in read(client, "/figures/office/roads/")
    assert client.get("/figures/office/moon/").status_code == 404


def test_pages_stand_before_a_place_is_loaded(client: Client, db: None) -> None:
    forget()
    for address in ("/figures/", "/published/", "/en/published/"):
        assert client.get(address).status_code == 200, address


HEADERS: list[dict[str, str]] = [
    # Neither is a session or a token: the layers below would answer with cookies that take them away from whoever
    # gets the page from a cache.
    {"HTTP_COOKIE": "sessionid=x; csrftoken=abc; django_language=en; messages=hello"},
    {"HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9"},
    {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"},
    {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_FORWARDED": "host=evil.example"},
    {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone)", "HTTP_REFERER": "http://testserver/desk/"},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "main"},
    {"HTTP_X_ORIGINAL_URL": "/desk/", "HTTP_X_REWRITE_URL": "/desk/"},
]


@pytest.mark.usefixtures("busy_march")
def test_everybody_gets_the_same_bytes(show: Show, town: Town) -> None:
    [case] = show(1)
    staff = Client()
    staff.force_login(town.staff["zhou"])
    figures = ("/figures/", "/en/figures/", "/figures/office/roads/")
    for address in ("/published/", f"/published/{case.id}/", *figures, "/en/published/"):
        plain = Client().get(address)
        assert plain["Cache-Control"] == "public, max-age=60"
        assert "Vary" not in plain
        for headers in HEADERS:
            other = Client().get(address, **headers)  # type: ignore[arg-type]
            assert other.content == plain.content, (address, headers)
            assert (other.status_code, dict(other.cookies)) == (200, {}), (address, headers)
            assert other.headers == plain.headers, (address, headers)
        assert staff.get(address).content == plain.content, address
        assert "csrf" not in plain.content.decode()


def test_they_are_read_and_nothing_else(client: Client, town: Town) -> None:
    assert client.head("/published/").status_code == 200
    for address in ("/published/", "/figures/"):
        assert client.post(address, {"state": "open"}).status_code == 405
        assert client.delete(address).status_code == 405
