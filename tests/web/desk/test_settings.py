"""Settings pages: an administrator changes what the place is; each change is tried out first, kept, and undone."""

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from gongshi.accounts.models import Office, Staff
from gongshi.bulletin.models import Prepared
from gongshi.cases.actions.import_runs import begin_import
from gongshi.cases.engine import today
from gongshi.cases.models import Case
from gongshi.config.cli import main
from gongshi.places.models import Area
from gongshi.places.queries import the_place
from gongshi.revisions.models import Revision
from gongshi.routing.actions import count_suggestion
from gongshi.routing.learning import Example, learn
from gongshi.routing.models import Category, RoutingRule
from gongshi.routing.own_model import own_model, put_in_use
from gongshi.routing.queries import category_by_code
from gongshi.web.desk.settings.suggester_pages import LEAST
from gongshi.words import in_language
from tests.factors import give_factors
from tests.packs.test_loading import case_of, filed
from tests.revisions.conftest import newtown  # noqa: F401
from tests.statements import captured
from tests.web.desk.helpers import text

pytestmark = pytest.mark.django_db
START = "/desk/settings/"


def fields_of(answer: Any) -> dict[str, Any]:
    """Everything in the last form of a page that posts, as a browser would send it."""
    form = BeautifulSoup(answer.content, "html.parser").select("main form[method=post]")[-1]
    found: dict[str, Any] = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(one["name"]), one.get("type")
        if kind in ("checkbox", "radio") and not one.has_attr("checked"):
            continue
        if one.name == "select":
            value = next(
                (o["value"] for o in one.select("option[selected]")), one.select("option")[0]["value"]
            )
        else:
            value = (
                one.text.removeprefix("\n")
                if one.name == "textarea"
                else one.get("value", "on" if kind == "checkbox" else "")
            )
        if kind == "checkbox" or (kind == "hidden" and name in found):
            before = found.get(name, [])
            found[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            found[name] = value
    found.pop("csrfmiddlewaretoken", None)
    return found


def tried(client: Client, path: str, **typed: Any) -> Any:
    """What a change would do."""
    return client.post(path, {**fields_of(client.get(path)), "act": "try", **typed})


def changed(client: Client, path: str, because: str = "镇政府3月会议定的", **typed: Any) -> Any:
    """The whole way of a change: form, try-out, reason."""
    page = tried(client, path, **typed)
    assert page.status_code == 200, text(page)
    done = client.post(path, {**fields_of(page), "act": "apply", "because": because})
    assert done.status_code == 302, text(done)
    return done


def entered(login: str) -> Client:
    """Somebody signed in, with a second factor."""
    client, staff = Client(), Staff.objects.get(username=login)
    give_factors(staff)
    client.force_login(staff)
    return client


@pytest.fixture
def ada(newtown: Any) -> Client:  # noqa: F811
    """The administrator, signed in."""
    return entered("ada")


def test_an_office_is_changed_in_two_steps(ada: Client) -> None:
    path = f"{START}offices/of/hall/"
    page = tried(ada, path, phone="0000-2")
    assert "电话 0000-1 → 0000-2" in text(page)
    assert Office.objects.get(code="hall").phone == "0000-1"
    done = ada.post(path, {**fields_of(page), "act": "apply", "because": "换了号码"})
    assert done.status_code == 302
    assert Office.objects.get(code="hall").phone == "0000-2"
    row = Revision.objects.exclude(by=None).get()
    assert (row.by.username if row.by else "", row.why) == ("ada", "换了号码")
    assert "换了号码" in text(ada.get(f"{START}history/"))
    assert "telephone" in text(ada.get(f"/en{START}history/"))


def test_without_a_reason_nothing_is_changed_and_nothing_is_lost(ada: Client) -> None:
    path = f"{START}offices/of/hall/"
    page = tried(ada, path, phone="0000-2", duty_zh="管全镇", duty_en="The whole town")
    again = ada.post(path, {**fields_of(page), "act": "apply", "because": " "})
    assert again.status_code == 422
    assert "这一项要填" in text(again)
    form = ada.post(path, {**fields_of(again), "act": "edit"})
    assert fields_of(form)["duty_en"] == "The whole town"
    assert Office.objects.get(code="hall").phone == "0000-1"


def test_applying_what_was_never_tried_tries_it_first(ada: Client) -> None:
    path = f"{START}offices/of/hall/"
    sent = {**fields_of(ada.get(path)), "phone": "0000-2", "act": "apply", "because": "x"}
    assert "会怎样" in text(ada.post(path, sent))
    assert Office.objects.get(code="hall").phone == "0000-1"


def test_faults_stand_beside_their_boxes(ada: Client) -> None:
    page = tried(ada, f"{START}offices/of/hall/", name_en="", above="east-office")
    assert page.status_code == 422
    errors = page.context["form"].errors
    assert set(errors) == {"name_en"}
    page = tried(ada, f"{START}offices/of/hall/", above="east-office")
    assert "兜了一个圈" in text(page)


def test_a_new_office_and_a_new_category_get_codes(ada: Client) -> None:
    changed(ada, f"{START}offices/new/", name_zh="水务所", name_en="Water Works", above="hall")
    office = Office.objects.get(code="water-works")
    assert office.name == {"zh": "水务所", "en": "Water Works"}
    leak = {"name_zh": "漏水", "name_en": "Leak", "kind": "request", "procedure": "service", "door": "broken"}
    changed(ada, f"{START}categories/new/", **leak, parent="roads", place="manner", days="2")
    category = Category.objects.get(code="leak")
    assert (category.parent.code if category.parent else "", category.position) == ("roads", 3)
    assert category.promises.get().days == 2


def test_two_administrators_at_once(ada: Client) -> None:
    path, other = f"{START}offices/of/hall/", f"{START}offices/of/west-office/"
    slow = fields_of(ada.get(path))
    changed(ada, other, phone="0000-9")
    page = ada.post(path, {**slow, "phone": "0000-2", "act": "try"})
    assert page.status_code == 409
    assert fields_of(page)["phone"] == "0000-2"
    tried_again = ada.post(path, {**fields_of(page), "act": "try"})
    assert tried_again.status_code == 200


def test_an_office_is_retired_in_favour_of_another(ada: Client) -> None:
    changed(ada, f"{START}offices/of/west-office/remove/", successor="east-office")
    assert Office.objects.get(code="west-office").valid_to is not None
    east = Office.objects.get(code="east-office")
    assert {area.code for area in east.serves.all()} == {"east", "west"}
    held = Staff.objects.get(username="bo").appointments.filter(valid_to=None)
    assert {(row.office.code, row.role) for row in held} == {
        ("east-office", "handler"),
        ("east-office", "lead"),
    }
    number = Revision.objects.order_by("-number").values_list("number", flat=True)[0]
    changed(ada, f"{START}history/{number}/")
    assert Office.objects.get(code="west-office").valid_to is None
    assert {area.code for area in east.serves.all()} == {"east"}


def test_only_administrators_find_the_pages(newtown: Any) -> None:  # noqa: F811
    client = entered("bo")
    for path in ("", "offices/", "offices/new/", "offices/of/hall/", "history/", "history/2/", "promises/"):
        assert client.get(f"{START}{path}").status_code == 404, path
    assert "settings/" not in client.get("/desk/").content.decode()


def test_what_is_not_there(ada: Client) -> None:
    for path in (
        "nothing/",
        "offices/of/nobody/",
        "words/new/",
        "history/999/",
        "words/of/x/",
    ):
        assert ada.get(f"{START}{path}").status_code == 404, path
    assert ada.get(f"{START}history/?page=9999999999999999999999").status_code == 200


def test_a_rule_is_tried_out_on_the_last_cases(ada: Client) -> None:
    """Named by reference, category, area and office; a sealed matter is not among them."""
    one, sealed = case_of(filed("pothole")), case_of(filed("pothole"))
    Case.objects.filter(pk=sealed.pk).update(kind="conduct")
    path = f"{START}rules/of/streets/"
    page = tried(ada, path, way="office", to="hall")
    assert "最近1件里，1件会送到别处" in text(page)
    row = BeautifulSoup(page.content, "html.parser").select_one("main tbody tr")
    assert row is not None
    assert row.get_text("|", strip=True) == f"{one.filing.reference}|坑洞|东街|东街办|镇政府"
    for hidden in (sealed.filing.reference, "路灯灭了"):
        assert hidden not in page.content.decode()
    changed(ada, path, way="office", to="hall")
    assert RoutingRule.objects.get(code="streets").office is not None
    one.refresh_from_db()
    assert one.office.code == "east-office"


def test_a_rule_in_another_place(ada: Client) -> None:
    page = tried(ada, f"{START}rules/of/phoned/", place="streets")
    assert "顺序" in text(page)
    assert "新增" not in text(page)
    changed(ada, f"{START}rules/of/phoned/", place="streets")
    codes = list(RoutingRule.objects.order_by("position").values_list("code", flat=True))
    assert codes == ["night-lamps", "phoned", "streets", "rest"]


def test_the_last_rule_keeps_no_condition(ada: Client) -> None:
    page = tried(ada, f"{START}rules/of/rest/", channels=["web"])
    assert page.status_code == 422
    assert "最后一条规则还有条件" in text(page)


def test_promises_of_all_categories_on_one_page(ada: Client) -> None:
    filed("pothole")
    page = tried(ada, f"{START}promises/", **{"days-pothole": "2"})
    assert "最近1件里，1件的承诺会不同" in text(page)
    changed(ada, f"{START}promises/", **{"days-pothole": "2"})
    assert Category.objects.get(code="pothole").promises.get(current=True).days == 2
    assert tried(ada, f"{START}promises/", **{"days-pothole": "0"}).status_code == 422


def test_somebody_new_and_somebody_gone(ada: Client) -> None:
    name = {"login": "kim", "name_zh": "金", "name_en": "Kim"}
    changed(ada, f"{START}staff/new/", **name, office_0="hall", role_0="handler")
    kim = Staff.objects.get(username="kim")
    assert not kim.has_usable_password()
    changed(ada, f"{START}staff/of/kim/remove/")
    kim.refresh_from_db()
    assert not kim.is_active
    assert kim.appointments.filter(valid_to=None).count() == 0
    page = tried(ada, f"{START}staff/of/ada/", office_1="hall", role_1="supervisor")
    assert "自己的角色和账号不能由自己改" in text(page)


def test_an_office_with_open_cases_stays_and_no_number_is_told(ada: Client) -> None:
    filed("pothole", "west")
    page = tried(ada, f"{START}offices/of/west-office/remove/", successor="east-office")
    assert page.status_code == 422
    assert "还有没办完的事项" in text(page)
    assert "(1)" not in text(page)


def test_words_come_and_go(ada: Client) -> None:
    path = f"{START}words/of/counter/"
    changed(ada, path, text_zh="到正街1号来", text_en="Come to 1 Main Street")
    assert the_place().words["counter"]["en"] == "Come to 1 Main Street"
    changed(ada, path, text_zh="", text_en="")
    assert "counter" not in the_place().words


def test_what_was_changed_is_dumped_and_passes_the_check(
    ada: Client, instance_directory: Path, tmp_path: Path
) -> None:
    changed(ada, f"{START}offices/of/hall/", phone="0000-2", hours_zh="全天", hours_en="All day")
    changed(ada, f"{START}rules/of/phoned/remove/")
    target = tmp_path / "dumped"
    for command in (
        ("dump-pack", str(target), "--dir", str(instance_directory)),
        ("check-pack", str(target)),
    ):
        done = CliRunner().invoke(main, list(command))
        assert done.exit_code == 0, done.output
    assert "0000-2" in (target / "offices.toml").read_text(encoding="utf-8")
    assert "phoned" not in (target / "routing.toml").read_text(encoding="utf-8")


def test_trying_out_costs_the_same_for_many_cases(ada: Client) -> None:
    """The trial reads the last hundred cases in one statement."""
    counts = []
    rule = (f"{START}rules/of/streets/", {"way": "office", "to": "hall"})
    for path, typed in (rule, (f"{START}promises/", {"days-pothole": "2"})):
        form = fields_of(ada.get(path))
        for _ in range(2):
            with captured() as statements:
                assert ada.post(path, {**form, "act": "try", **typed}).status_code == 200
            counts.append(len(statements))
            for _ in range(6):
                filed("pothole")
    assert counts[0] == counts[1], counts
    assert counts[2] == counts[3], counts
    assert max(counts) <= 60


def test_a_template_is_tried_on_a_sample_and_not_on_cases(ada: Client) -> None:
    filed("pothole")
    path = f"{START}templates/of/lamp-mended/"
    page = tried(ada, path, decided_zh="{地点}的灯亮了（{编号}）。", decided_en="The lamp at {place} is on.")
    assert "样例路1号门口的灯亮了（NT-0000-0000-0）。" in text(page)
    assert "The lamp at 1 Sample Road is on." in text(page)
    assert "用最近的事项试算" not in text(page)
    done = ada.post(path, {**fields_of(page), "act": "apply", "because": "说得清楚些"})
    assert done.status_code == 302
    assert "说得清楚些" in text(ada.get(f"{START}history/"))
    number = Revision.objects.order_by("-number").values_list("number", flat=True)[0]
    changed(ada, f"{START}history/{number}/")
    row = Prepared.objects.get(code="lamp-mended")
    assert row.revisions.get(number=row.number).decided["en"] == "The lamp at {place} is mended."


def test_what_no_template_can_be(ada: Client) -> None:
    page = tried(ada, f"{START}templates/of/lamp-mended/", decided_zh="{楼号}的灯。")
    assert page.status_code == 422
    assert "decided_zh" in page.context["form"].errors
    assert tried(ada, f"{START}phrases/of/reopen/", text_en="").status_code == 422


def test_a_phrase_comes_and_goes(ada: Client) -> None:
    new = {
        "name_zh": "重启",
        "name_en": "Reopen",
        "text_zh": "请重启。",
        "text_en": "Reopen it.",
        "office": "hall",
    }
    changed(ada, f"{START}phrases/new/", **new)
    # Its name's first code is taken, by one that was there before.
    assert Prepared.objects.filter(code="reopen-2", office__code="hall").exists()
    changed(ada, f"{START}phrases/of/reopen-2/remove/")
    assert Prepared.objects.get(code="reopen-2").withdrawn


def test_an_area_gets_other_names(ada: Client) -> None:
    path = f"{START}areas/of/east/"
    assert fields_of(ada.get(path))["aliases"] == "老桥"
    changed(ada, path, name_zh="东门街", name_en="Eastgate", aliases="老桥\n 东  头\n东 头\n")
    row = Area.objects.get(code="east")
    assert (row.name, row.valid_to) == ({"zh": "东门街", "en": "Eastgate"}, None)
    assert set(row.aliases.values_list("name", "latitude")) == {("老桥", 30.25), ("东 头", None)}
    changed(ada, path, aliases="")
    assert not row.aliases.exists()
    number = Revision.objects.order_by("-number").values_list("number", flat=True)[0]
    changed(ada, f"{START}history/{number}/")
    assert set(row.aliases.values_list("name", "latitude")) == {("老桥", 30.25), ("东 头", None)}
    assert tried(ada, path, aliases="x" * 121).status_code == 422


def test_an_area_ends_in_favour_of_another(ada: Client) -> None:
    """What named it names the other from then on; cases keep it, and its code is not given again."""
    case = case_of(filed("pothole", "west"))
    changed(ada, f"{START}areas/of/west/remove/", successor="east")
    assert Area.objects.get(code="west").valid_to is not None
    case.refresh_from_db()
    assert case.area is not None
    assert case.area.code == "west"
    names = set(Area.objects.get(code="east").aliases.values_list("name", flat=True))
    assert names == {"老桥", "北站", "西街", "West Street"}
    assert not Office.objects.get(code="west-office").serves.exists()
    assert "西街" not in [
        cell.text for cell in BeautifulSoup(ada.get(f"{START}areas/").content, "html.parser").select("th a")
    ]
    number = Revision.objects.order_by("-number").values_list("number", flat=True)[0]
    changed(ada, f"{START}areas/new/", within="newtown-all", names="西 / West")
    assert Area.objects.filter(code="west-2").exists()
    changed(ada, f"{START}history/{number}/")
    assert {area.code for area in Office.objects.get(code="west-office").serves.all()} == {"west"}
    assert set(Area.objects.get(code="west").aliases.values_list("name", flat=True)) == {"北站"}


def test_the_suggester_s_page_tells_how_often_it_was_right_and_goes_back(
    ada: Client, settings: Any, tmp_path: Path
) -> None:
    path = f"{START}suggester/"
    settings.INSTANCE = tmp_path
    assert "没有模型" in text(ada.get(path))
    pothole, lamp = (category_by_code(code) for code in ("pothole", "lamp"))
    assert pothole is not None
    assert lamp is not None
    day = today(timezone.now())
    for _ in range(LEAST):
        count_suggestion(pothole, lamp, place=2, sure=False, on=day)
    count_suggestion(pothole, pothole, place=1, sure=True, on=day)
    pair = [Example("路上有坑", "pothole", given=True), Example("路灯不亮", "lamp", given=True)]
    first, second = learn(pair)[0], learn([*pair, Example("有别的事", "other", given=True)])[0]
    put_in_use(first)
    put_in_use(second)
    page = text(ada.get(path))
    assert "建议了6次" in page
    assert "17%" in page
    assert "95%区间3%到56%" in page
    assert "100%" in page
    assert (in_language(pothole.name) in page, in_language(lamp.name) in page) == (True, True)
    assert ada.post(path).status_code == 302
    used = own_model()
    assert used is not None
    assert used.labels == first.labels
    assert entered("bo").get(path).status_code in (403, 404)


def test_an_import_under_way_is_told(ada: Client) -> None:
    assert "no figures are released" not in ada.get(f"/en{START}").content.decode()
    begin_import("old-hotline", at=timezone.now())
    assert "The import of old-hotline has been under way since" in ada.get(f"/en{START}").content.decode()
    assert "old-hotline 的转入" in ada.get(START).content.decode()


def test_the_licence_of_the_open_data(ada: Client) -> None:
    """Newtown's pack gives one; none is said as well as one."""
    assert the_place().licence == "CC-BY-4.0"
    changed(ada, f"{START}place/", licence="CC0-1.0")
    told = Client().get("/open-data/catalogue.jsonld").json()
    assert told["dct:license"]["@id"].endswith("/publicdomain/zero/1.0/")
    assert "CC0 1.0" in Client().get("/en/open-data/").content.decode()
    read = lambda name: Client().get(f"/api/v1/{name}").json()  # noqa: E731
    assert read("place")["licence"]["code"] == read("open-data")["licence"]["code"] == "CC0-1.0"
    changed(ada, f"{START}place/", licence="")
    assert the_place().licence == ""
    assert "dct:license" not in Client().get("/open-data/catalogue.jsonld").json()
    assert "No licence is given" in Client().get("/en/open-data/").content.decode()
    assert read("place")["licence"]["address"] is None
