"""The form asks of every sealed matter who must not see it, and says when whoever runs the server is named."""

import pytest

from gongshi.cases.models import Case, Filing, Recusal
from gongshi.places.models import Place
from gongshi.places.snapshots import forget
from tests.cast import Town
from tests.web.public.walker import Walker

pytestmark = pytest.mark.django_db
QUESTION = "有哪个单位、哪类人不能看到"


def to_check(walker: Walker) -> Walker:
    """From the page of kinds to the last one."""
    walker.press("go=next", {"category-1": "quarrel"}).press("go=next")
    return walker.press("go=next", {"text-1": "邻居占了过道。"})


def test_a_named_office_is_seen_by_the_level_above_alone(town: Town, walker: Walker) -> None:
    walker.get("/file/?door=dispute")
    assert QUESTION in walker.text
    walker.press("go=keep", {"keep-office": "roads"})
    assert "整个单位和下属单位" in walker.form("#keeping").get_text()
    to_check(walker)
    assert "送到镇政府" in walker.text
    walker.press("go=send")
    case = Case.objects.get()
    assert (case.office, case.recused) == (town.offices["hall"], True)
    walker.get("/filing/")
    assert "整个单位和下属单位" in walker.form("#form-recuse").get_text()


def test_what_is_chosen_on_the_last_page_is_shown_before_it_is_sent(town: Town, walker: Walker) -> None:
    walker.get("/file/?door=dispute")
    to_check(walker)
    assert "送到道路所" in walker.text
    walker.press("go=send", {"keep-office": "roads", "keep-role": "lead"})
    assert (walker.status, Filing.objects.count()) == (422, 0)
    assert "送到镇政府" in walker.text
    walker.press("go=unkeep:roads:lead")
    assert "送到道路所" in walker.text
    walker.press("go=send", {"keep-office": "roads", "keep-role": "lead"}).press("go=send")
    assert Recusal.objects.filter(office=town.offices["roads"], named_as="lead").exists()
    assert "负责人（连同其下的人）" in walker.get("/filing/").form("#form-recuse").get_text()


def test_where_nobody_is_left_the_other_routes_stand_there_before_it_is_sent(
    town: Town, walker: Walker
) -> None:
    walker.get("/file/?door=dispute").press("go=keep", {"keep-office": "hall"})
    # The hall runs this server, too.
    walker.press("go=next", {"category-1": "quarrel"}).press("go=next").press("go=next")
    walker.press("go=next", {"text-1": "邻居占了过道。"})
    notice = walker.form(".notice-warning").get_text()
    assert "这里没有单位能受理" in notice
    assert "纪检" in notice
    walker.press("go=send")
    assert (walker.status, Filing.objects.count()) == (422, 0)


def test_ordinary_matters_are_not_asked(town: Town, walker: Walker) -> None:
    walker.get("/file/?door=broken")
    assert QUESTION not in walker.text


def test_whatever_else_stands_in_the_draft_names_nobody(town: Town, walker: Walker) -> None:
    walker.get("/file/?door=dispute")
    form = walker.form()
    form.append(walker.page.new_tag("input", attrs={"name": "keep_off", "value": "x:y roads:king \x00 :"}))
    to_check(walker).press("go=send")
    assert Case.objects.get().office == town.offices["roads"]


@pytest.fixture
def run_by_roads(town: Town) -> Town:
    """Roads runs the server, under the hall."""
    Place.objects.update(operator="roads")
    forget()
    return town


@pytest.mark.parametrize(
    ("language", "said"), [("", "这个网站就是道路所运行的"), ("/en", "This website is run by Roads")]
)
def test_who_runs_the_server_is_said_before_anything_is_typed(
    run_by_roads: Town, walker: Walker, language: str, said: str
) -> None:
    walker.get(f"{language}/file/?door=office")
    walker.press("go=next", {"subject-1": "roads", "category-1": "conduct"})
    assert said in walker.text
    assert walker.page.select_one("main textarea") is None
    assert ("纪检" if not language else "Discipline inspection") in walker.form("#runs-server").get_text()
    walker.press("go=back")
    assert walker.page.select_one("[name=subject-1]") is not None
    walker.press("go=next").press("go=next")
    assert walker.page.select_one("[name=place-1]") is not None


def test_nothing_is_said_where_another_office_is_meant(run_by_roads: Town, walker: Walker) -> None:
    walker.get("/file/?door=office").press("go=next", {"subject-1": "water", "category-1": "conduct"})
    assert walker.page.select_one("#runs-server") is None
    assert walker.page.select_one("[name=place-1]") is not None


def test_it_is_said_of_those_who_must_not_see_it_and_of_those_over_the_operator(
    run_by_roads: Town, walker: Walker
) -> None:
    for office in ("roads", "hall"):
        walker.get("/file/?door=dispute")
        walker.press("go=next", {"keep-office": office, "category-1": "quarrel"})
        assert "这个网站就是道路所运行的" in walker.text
        walker.press("go=next").press("go=next")
        walker.press("go=next", {"text-1": "邻居占了过道。"})
        assert walker.page.select_one("#runs-server") is not None


def named_then_a_pothole(walker: Walker) -> Walker:
    """Roads is named behind the door of disputes; then it turns out to be a pothole."""
    walker.get("/file/?door=dispute").press("go=keep", {"keep-office": "roads"})
    walker.press("go=back").press("press=broken").press("go=next", {"category-1": "pothole"})
    return walker.press("go=next").press("go=next", {"text-1": "老桥上有坑。"})


def test_a_kind_that_is_not_sealed_is_never_sent_to_whom_was_named_without_asking(
    town: Town, walker: Walker
) -> None:
    named_then_a_pothole(walker)
    assert "道路所" in walker.form("#id_openly-1").get_text()
    walker.press("go=send")
    assert (walker.status, Filing.objects.count()) == (422, 0)
    assert "#id_openly-1" in str(walker.page)
    # Neither is it asked away by choosing nothing, nor are the names lost on the way.
    walker.press("go=text").press("go=next")
    assert "道路所" in walker.form("#id_openly-1").get_text()
    walker.press("go=send", {"openly-1": "openly"})
    case = Case.objects.get()
    assert (case.kind, case.office, case.recused) == ("request", town.offices["roads"], False)


def test_it_can_become_a_sealed_matter_kept_from_them_instead(town: Town, walker: Walker) -> None:
    named_then_a_pothole(walker)
    walker.press("go=send", {"openly-1": "kept"})
    assert (walker.status, Filing.objects.count()) == (422, 0)
    assert "送到镇政府" in walker.text
    assert "反映的单位：道路所" in walker.text
    walker.press("go=send")
    case = Case.objects.get()
    assert (case.kind, case.office, case.subject) == ("conduct", town.offices["hall"], town.offices["roads"])
    assert Recusal.objects.filter(case=case, office=town.offices["roads"]).exists()


def test_who_is_named_after_it_was_to_go_openly_is_asked_about_anew(town: Town, walker: Walker) -> None:
    named_then_a_pothole(walker)
    walker.form().append(walker.page.new_tag("input", attrs={"name": "openly-1", "value": "openly"}))
    walker.form().append(walker.page.new_tag("input", attrs={"name": "keep-office", "value": "water"}))
    walker.press("go=send").press("go=send")
    assert (walker.status, Filing.objects.count()) == (422, 0)
