"""The sample's pages: for whoever checks, for two readers, and for nobody else; few statements; two languages."""

from datetime import date

import pytest
from django.test import Client

from gongshi.accounts.actors import Resident
from gongshi.cases.actions.publication import give_consent, publish
from gongshi.cases.actions.samples import lay_out
from gongshi.cases.drafts import PublicCopy
from gongshi.cases.labels import SAMPLE_QUESTIONS
from gongshi.cases.models import Case, Consent, Look, SampledAnswer, SampleReading
from gongshi.cases.showing import _look
from gongshi.figures import jobs
from tests.casework import answered
from tests.cast import Town
from tests.clock import Clock
from tests.figures.samples import add_readers
from tests.web.desk.helpers import SignIn, text

pytestmark = pytest.mark.django_db
SAMPLE = "/desk/sample/"
ALL_YES = dict.fromkeys(SAMPLE_QUESTIONS, "yes")


@pytest.fixture
def drawn(town: Town, clock: Clock) -> list[SampledAnswer]:
    """Two answers of Roads, on 2 April."""
    cases = [answered(town)[1] for _ in range(2)]
    at = clock.set("2026-04-02 09:00")
    answers = [(case.id, case.office_id) for case in cases]
    lay_out("2026-Q1", answers, size=2, batch=1, closes_on=date(2026, 6, 20), at=at)
    add_readers(town)
    return list(SampledAnswer.objects.order_by("id"))


@pytest.fixture
def checked(sign_in: SignIn, drawn: list[SampledAnswer]) -> list[SampledAnswer]:
    """The same, checked by Reviewer Su as the program masked them."""
    client = sign_in("su")
    for row in drawn:
        words = client.get(f"{SAMPLE}{row.id}/check/").context["copy"]
        kept = {part: words[part] for part in ("found", "decided", "call")}
        assert client.post(f"{SAMPLE}{row.id}/check/", kept)["Location"] == SAMPLE
    return drawn


def reader(sign_in: SignIn, name: str = "wen") -> Client:
    """A reader who has begun."""
    client = sign_in(name)
    assert client.post(f"{SAMPLE}begin/")["Location"] == SAMPLE
    return client


def test_from_the_list_to_the_check(sign_in: SignIn, drawn: list[SampledAnswer]) -> None:
    client = sign_in("su")
    assert "核对第2份" in text(client.get(SAMPLE))
    assert Look.objects.count() == 0
    page = client.get(f"{SAMPLE}{drawn[0].id}/check/")
    assert "坑深十厘米" in text(page)
    # Neither the number that finds the case, nor who wrote it, nor what the resident wrote.
    for hidden in (drawn[0].case.filing.reference, "zhou", "Zhou", "电动车"):
        assert hidden not in text(page)
    assert Look.objects.get().why == "sample_check"
    added = client.post(f"{SAMPLE}{drawn[0].id}/check/", {"found": "看了", "decided": "▇", "call": "▇"})
    assert added.status_code == 422
    assert "只能用▇代替" in text(added)
    good = {"found": "▇\r\n".strip(), "decided": "▇", "call": "▇"}
    assert client.post(f"{SAMPLE}{drawn[0].id}/check/", good).status_code == 302
    assert client.get(f"{SAMPLE}{drawn[0].id}/check/").status_code == 404


def test_the_resident_reads_who_checked_and_who_read(
    client: Client, sign_in: SignIn, checked: list[SampledAnswer]
) -> None:
    reader(sign_in).get(f"{SAMPLE}{checked[0].id}/")
    told = [_look(look) for look in Look.objects.filter(case=checked[0].case_id).order_by("at", "id")]
    assert [one["role"]["en"] for one in told] == ["Publication reviewer", "Outside reader"]
    assert [one["what"]["zh"] for one in told] == ["给您的答复，去掉了能认出人的字"] * 2
    assert told[1]["why"]["en"].startswith("Sample of answers: an outside reader")


def test_a_reader_reads_saves_goes_on_and_is_done(
    sign_in: SignIn, checked: list[SampledAnswer], clock: Clock
) -> None:
    first, second = (f"{SAMPLE}{row.id}/" for row in checked)
    client = sign_in("wen")
    assert client.get("/desk/")["Location"] == SAMPLE
    assert client.get(first).status_code == 404
    client = reader(sign_in)
    assert "读完0份，共2份" in text(client.get(SAMPLE))
    page = client.get(first)
    assert "坑深十厘米" in text(page)
    for hidden in ("Roads", "zhou", checked[0].case.filing.reference, "电动车", "east-grid"):
        assert hidden not in text(page)
    assert "river-street区" in text(page)
    kept = client.post(first, {"found": "no"}, headers={"HX-Request": "true"})
    assert (kept.status_code, kept.content) == (204, b"")
    assert client.get(first).context["form"].initial == {"found": "no"}
    assert client.post(first, ALL_YES)["Location"] == second
    assert "1 of 2 read" in text(client.get(f"/en{SAMPLE}"))
    assert client.post(f"{SAMPLE}finish/").status_code == 404
    assert client.post(second, {"found": "perhaps"}).status_code == 422
    assert client.post(second, ALL_YES)["Location"] == SAMPLE
    assert "我读完了" in text(client.get(SAMPLE))
    assert client.post(f"{SAMPLE}finish/").status_code == 302
    assert "您都读完了" in text(client.get(SAMPLE))
    assert client.post(first, {"found": "no"}).status_code == 404
    other = reader(sign_in, "tan")
    assert client.get(first).status_code == 404
    assert other.get(first).context["form"].initial == {}
    for address in (first, second):
        other.post(address, ALL_YES)
    other.post(f"{SAMPLE}finish/")
    assert jobs.tick_samples(clock()) >= 1
    assert SampleReading.objects.count() == 0
    assert "现在没有抽样" in text(client.get(SAMPLE))


def test_what_was_asked_is_shown_where_it_is_public_and_as_long_as_it_is(
    town: Town, sign_in: SignIn, checked: list[SampledAnswer], clock: Clock
) -> None:
    client, address = reader(sign_in), f"{SAMPLE}{checked[0].id}/"
    assert "居民写的内容不给外部读者看" in text(client.get(address))
    case = Case.objects.select_related("filing").get(pk=checked[0].case_id)
    lin = Resident(case.filing_id, case.filing.receipts.get().id)
    copy = PublicCopy("老桥的坑", "老桥东头路面塌了。")
    give_consent(case, copy, actor=lin, at=clock())
    publish(Consent.objects.get().id, copy, actor=town.actor("su"), at=clock())
    assert "老桥东头路面塌了。" in text(client.get(address))


def test_nobody_else(sign_in: SignIn, checked: list[SampledAnswer]) -> None:
    row = checked[0]
    reader(sign_in)
    before = Look.objects.count()
    for name in ("zhou", "tang"):
        client = sign_in(name)
        assert client.get(SAMPLE).status_code == 404
        for page in (f"{row.id}/", f"{row.id}/check/"):
            assert client.get(SAMPLE + page).status_code == 404
            assert client.post(SAMPLE + page, ALL_YES).status_code == 404
        for page in ("begin/", "finish/"):
            assert client.post(SAMPLE + page).status_code == 404
    # Roads' own lead checks others' answers, never these; a reader sees the sample and no other page of the desk.
    he = sign_in("he")
    assert "没有等您核对的了" in text(he.get(SAMPLE))
    assert he.get(f"{SAMPLE}{row.id}/check/").status_code == 404
    wen = sign_in("wen")
    reference = checked[0].case.filing.reference
    for path in (
        f"cases/{reference}/1/",
        "publication/",
        "board/",
        "pages/",
        "call/",
        f"sample/{row.id}/check/",
    ):
        assert wen.get(f"/desk/{path}").status_code == 404, path
    assert Look.objects.count() == before


def test_both_languages(sign_in: SignIn, drawn: list[SampledAnswer], town: Town) -> None:
    su, wen = sign_in("su"), reader(sign_in)
    assert "Check no. 1" in text(su.get(f"/en{SAMPLE}"))
    assert "What the readers will see" in text(su.get(f"/en{SAMPLE}{drawn[0].id}/check/"))
    assert "2 more are still being checked" in text(wen.get(f"/en{SAMPLE}"))
