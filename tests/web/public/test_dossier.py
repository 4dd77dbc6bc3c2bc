"""A matter's dossier: complete, for a court, of that matter alone, and made from the receipt without a trace."""

import hashlib
import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from pypdf import PdfReader

from gongshi.cases import jobs
from gongshi.cases.actions.conversation import add_to_case
from gongshi.cases.actions.erasure import withdraw
from gongshi.cases.models import Attachment, Case, Filing
from gongshi.cases.proofs import proof_of
from gongshi.cases.reading import read_phone_code
from gongshi.cases.visiting import Visitor
from gongshi.formats.proof.file import read_proof
from gongshi.papers import bundles
from gongshi.safekeeping.files import destroy_files
from gongshi.safekeeping.verifying import check
from tests.cast import Town, case_of, lin_files, matter
from tests.clock import Clock, local
from tests.hunt import Hunt
from tests.web.public.stories import CONTACT, MARKUP, TOLD_TO_STAFF, Story, lived, opened

pytestmark = pytest.mark.django_db(databases=["default", "wraps"])
ADDRESS = "/filing/1/dossier/"
MADE = ["dossier.pdf", "dossier.json", "proof.json", "sha256.txt"]


def paper(client: Client, query: str = "") -> PdfReader:
    response = client.get(f"{ADDRESS}{query}")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="papers.pdf"'
    assert "no-store" in response["Cache-Control"]
    return PdfReader(io.BytesIO(response.content))


def text_of(reader: PdfReader) -> str:
    """Everything that is printed, without the line breaks that a narrow column makes."""
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))


def bundle(client: Client) -> zipfile.ZipFile:
    response = client.get(f"{ADDRESS}?as=zip")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="papers.zip"'
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    assert archive.testzip() is None
    return archive


def has(text: str, *words: str) -> None:
    for one in words:
        assert re.sub(r"\s+", "", one) in text, one


def test_everything_a_court_asks_for_is_in_it(town: Town, clock: Clock) -> None:
    story = lived(town, clock)
    reader = paper(story.client)
    text = text_of(reader)
    has(text, f"{story.visitor.filing.reference}/1", "卷宗：pothole类", "提交人", "签名")
    has(text, MARKUP, "请尽快补好。", "老桥 #东头", "又摔了一次。", "哪一头？", "东头。")
    # Each step with its number, day, office and role, and the rule with its article.
    has(text, "1 2026年3月2日 09:00 已登记", "来件人", "10 2026年3月23日 16:00 已答复", "道路所（承办单位）")
    has(text, "国办发〔2020〕53号", "清禾县服务承诺 第5条：一次，五个工作日，说明理由")
    # Answers, the promised day, the filer's own word.
    has(text, "第1次答复：已经办好", "第2次答复：将办理，有承诺日期", "答应办好的日子 2026年4月10日")
    has(text, "只补了一半 #全部。", "行政复议 最晚2026年5月25日")
    # Clocks: five working days, two of pause, five of extension, and late by five.
    has(text, "守住2个，没守住1个", "2026年3月18日 没守住：2026年3月23日，晚了5天", "守住了：2026年3月2日")
    has(
        text, "2026年3月4日 继续，期限顺延2个工作日 2026年3月11日", "2026年3月5日 延长5个工作日 2026年3月18日"
    )
    has(text, "2026年3月23日 09:00 镇政府 包案责任人 内容 督办", "2026年3月2日 10:00 道路所 承办人")
    outline = [one.title for one in reader.outline[0] if not isinstance(one, list)] if reader.outline else []
    assert len(reader.pages) >= 5, outline
    proof = read_proof(bundle(story.client).read("proof.json"))
    assert proof.head is not None
    has(
        text,
        proof.head.root,
        proof.head.key,
        proof.head.signature,
        *(one.promise.commitment for one in proof.entries),
    )
    assert re.search(r"[^\x00-\uffff]|\[U\+", text) is None


def test_it_speaks_english_where_that_is_asked_for_or_was_filed_in(town: Town, clock: Clock) -> None:
    story = lived(town, clock)
    text = text_of(paper(story.client, "?language=en"))
    has(
        text,
        "Dossier: pothole",
        "Time limits that bind the offices: 2 kept, 1 broken.",
        "broken: 23 March 2026, 5 days late",
    )
    has(
        text,
        "extended by 5 working days",
        MARKUP,
        "whoever filed",
        "Office (role)",
        "Qinghe service promise, art. 5",
    )
    english = [said for said in ("未", "守住", "答复") if said in text.replace(MARKUP, "")]
    assert english == []
    assert text_of(paper(story.client, "?language=ar")) == text_of(paper(story.client))
    Filing.objects.update(language="en")
    assert text_of(paper(story.client)) == text


def test_it_is_an_archives_pdf_whatever_was_typed(town: Town, clock: Clock) -> None:
    """PDF/A-2b, every font in it; signs that the type lacks stand there by their numbers, with a word about it."""
    story = lived(town, clock, text="坑好大😀 \x07 བོད་ཡིག " + "x" * 900)
    reader = paper(story.client)
    raw = reader.xmp_metadata.stream.get_data() if reader.xmp_metadata else b""
    assert b"<pdfaid:part>2</pdfaid:part>" in raw
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in raw
    text = text_of(reader)
    has(text, "坑好大[U+1F600]", "[U+0F42]", "字体里没有的符号")
    assert text.replace("\u200b", "").count("x" * 900) == 1
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            [inner] = font.get_object()["/DescendantFonts"]
            assert (
                "/FontFile3" in inner.get_object()["/FontDescriptor"]
                or "/FontFile2" in inner["/FontDescriptor"]
            )


def test_the_bundle_holds_what_the_paper_lists(town: Town, clock: Clock) -> None:
    story = lived(town, clock)
    archive = bundle(story.client)
    files = [name for name in archive.namelist() if name not in MADE]
    assert archive.namelist() == [*MADE, *files]
    assert len(files) == 4
    text = text_of(PdfReader(io.BytesIO(archive.read("dossier.pdf"))))
    sums = dict(line.split("  ")[::-1] for line in archive.read("sha256.txt").decode().splitlines())
    data = json.loads(archive.read("dossier.json"))
    listed = {one["file"]: one["sha256"] for one in data["case"]["files"]}
    real = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in files}
    assert sums == listed == real
    for name, digest in real.items():
        has(text, name, digest, f"{len(archive.read(name)):,}字节")
    assert archive.read("dossier.pdf") == story.client.get(ADDRESS).content
    [answer] = [one for one in data["clock_runs"] if (one["code"], one["run"]) == ("answer", 1)]
    assert (answer["kept"], answer["late_days"], answer["first_due_on"]) == (False, 5, "2026-03-09")
    assert [one["kind"] for one in answer["events"]] == ["paused", "resumed", "extended"]
    found = check(read_proof(archive.read("proof.json")))
    assert {one.right for one in found} == {True}
    assert len(read_proof(archive.read("proof.json")).entries) == len(data["case"]["history"]) + len(
        data["case"]["looks"]
    )


def test_a_file_that_is_lost_is_said_to_be(town: Town, clock: Clock) -> None:
    story = lived(town, clock)
    destroy_files(Attachment.objects.values_list("stored", flat=True)[:1])
    archive = bundle(story.client)
    assert len(archive.namelist()) == len(MADE) + 3
    has(text_of(PdfReader(io.BytesIO(archive.read("dossier.pdf")))), "打不开")


def test_nothing_that_is_not_of_this_matter_is_in_it(town: Town, clock: Clock) -> None:
    """No other matter, no contact, no receipt or code, no note among staff; officers by office and role."""
    story = lived(town, clock)
    code = read_phone_code(story.visitor.filing)
    secret = story.visitor.receipt
    dashed = "-".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    markers = [
        secret,
        dashed,
        TOLD_TO_STAFF,
        "水管漏水",
        CONTACT.name,
        CONTACT.email,
        CONTACT.phone,
        CONTACT.address,
    ]
    markers += [code] if code else []
    hunt = Hunt([*markers, "东头。"])
    archive = bundle(story.client)
    found = {name: hunt.found_in(archive.read(name)) for name in archive.namelist()}
    for query in ("", "?language=en"):
        reader = paper(story.client, query)
        found[f"text{query}"] = hunt.found_in(text_of(reader).encode())
        found[f"metadata{query}"] = hunt.found_in(str(dict(reader.metadata or {})).encode())
    assert {marker for markers in found.values() for marker in markers} == {"东头。"}
    text = text_of(paper(story.client))
    assert "zhou" not in text
    assert "qin" not in text
    mine = read_proof(archive.read("proof.json")).entries
    every = read_proof(proof_of(story.visitor, clock())[1]).entries
    others = {one.promise.commitment for one in every} - {one.promise.commitment for one in mine}
    assert others
    assert [one for one in others if one in text] == []


def test_nothing_is_stored_of_it(town: Town, clock: Clock) -> None:
    story = lived(town, clock)

    def stored() -> dict[str, list[Any]]:
        return {
            model._meta.label: sorted(model._default_manager.values_list(), key=str)
            for model in apps.get_models(include_auto_created=True)
        }

    before = stored()
    paper(story.client)
    bundle(story.client)
    assert stored() == before


def test_one_day_gives_the_same_bytes(town: Town, clock: Clock) -> None:
    story = lived(town, clock)
    first = story.client.get(ADDRESS).content
    clock.advance(hours=3)
    assert opened(story.visitor).get(ADDRESS).content == first
    clock.advance(days=1)
    assert opened(story.visitor).get(ADDRESS).content not in (first, b"")


def sealed(town: Town) -> Story:
    filed, receipt = lin_files(
        town, matter(town, "conduct", text="态度很差", subject=town.offices["roads"].id), contact=CONTACT
    )
    visitor = Visitor(filed.filing, filed.receipt_id, receipt)
    return Story(visitor, opened(visitor), case_of(filed))


def test_a_sealed_matter_opens_with_the_receipt_withdrawn_or_not(town: Town, clock: Clock) -> None:
    clock.set("2026-03-02 10:00")
    story = sealed(town)
    has(text_of(paper(story.client)), "态度很差", "反映的单位 道路所")
    receipt = story.visitor
    filer = resident_of(receipt)
    withdraw(story.case, erase=False, actor=filer, at=local("2026-03-02 11:00"))
    clock.set("2026-03-03 11:00")
    has(text_of(paper(opened(story.visitor))), "态度很差", "您撤回了", "2026年3月2日停下，没有到期")


def resident_of(visitor: Visitor) -> Any:
    from gongshi.accounts.actors import Resident

    return Resident(visitor.filing.id, visitor.receipt_id, visitor.receipt)


def test_what_is_erased_has_none(town: Town, clock: Clock) -> None:
    story = lived(town, clock)
    withdraw(story.case, erase=True, actor=resident_of(story.visitor), at=clock())
    paper(story.client)
    clock.advance(days=30)
    jobs.erase(clock())
    fresh = opened(story.visitor)
    assert fresh.get("/filing/2/dossier/").status_code == 200
    for query in ("", "?as=zip"):
        assert fresh.get(f"{ADDRESS}{query}").status_code == fresh.get("/filing/1/").status_code == 404


def test_without_the_receipt_there_is_none(town: Town, clock: Clock) -> None:
    """Neither for strangers nor for staff, whatever they may otherwise do with the matter."""
    story = lived(town, clock)
    staff = Client()
    staff.force_login(town.staff["zhou"])
    for client in (Client(), staff):
        for query in ("", "?as=zip", "?language=en"):
            response = client.get(f"{ADDRESS}{query}")
            assert (response.status_code, response["Location"]) == (302, "/open/")
    assert story.client.get("/filing/3/dossier/").status_code == 404
    assert story.client.post(ADDRESS).status_code == 405


def test_the_page_offers_it(town: Town, clock: Clock) -> None:
    from bs4 import BeautifulSoup

    story = lived(town, clock)
    for address, words in (("/filing/1/", "下载卷宗"), ("/en/filing/1/", "Download the dossier")):
        form = BeautifulSoup(story.client.get(address).content, "html.parser").select_one("#dossier form")
        assert form is not None
        assert words in form.get_text()
        assert str(form["action"]).endswith(ADDRESS)
        chosen = form.select_one("option[selected]")
        assert chosen is not None
        assert chosen["value"] == "zh"


@pytest.mark.parametrize("query", ["", "?language=en&as=zip"])
def test_row_45_a_dossier_waits_its_turn(
    town: Town, clock: Clock, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    story = lived(town, clock)
    monkeypatch.setattr(bundles, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(bundles, "pdf", None)
    with bundles.place_to_set():
        answer = story.client.get(f"{ADDRESS}{query}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")
    assert f'href="{ADDRESS}{query.replace("&", "&amp;")}"' in answer.content.decode()


def test_very_much_that_was_written_is_cut_and_says_so(
    town: Town, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongshi.formats.paper import fitting

    story = lived(town, clock)
    long = "很长。" * 500
    for hour in (11, 12, 13):
        add_to_case(
            Case.objects.get(pk=story.case.pk),
            long,
            actor=resident_of(story.visitor),
            at=local(f"2026-04-02 {hour}:00"),
        )
    assert text_of(paper(story.client)).count("很长。") == 1_500
    monkeypatch.setattr(fitting, "MOST_SIGNS", 3_000)
    monkeypatch.setattr(fitting, "MOST_ROWS", 5)
    text = text_of(paper(story.client))
    assert 900 < text.count("很长。") <= 1_000
    has(text, "（全文在dossier.json里）", "请尽快补好。")
    assert bundle(story.client).read("dossier.json").decode().count(long) == 3
