"""One's own filing to take home: complete, readable by machines and by people, and nothing stored of it."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from gongshi.accounts.actors import Resident
from gongshi.cases import jobs
from gongshi.cases.actions.answers import Verdict, give_verdict, send_answer
from gongshi.cases.actions.conversation import ask_resident, reply, write_note
from gongshi.cases.actions.erasure import withdraw
from gongshi.cases.actions.looks import open_content
from gongshi.cases.actions.moves import make_move
from gongshi.cases.models import Attachment, Case
from gongshi.papers import bundles, compiler
from gongshi.safekeeping.files import destroy_files
from tests.casework import ANSWER
from tests.cast import Town
from tests.clock import Clock, local
from tests.web.public.walker import Walker, files_a_report, photo

pytestmark = pytest.mark.django_db(databases=["default", "wraps"])
ADDRESS = "/filing/download/"
MADE = ["copy.pdf", "copy.json", "proof.json"]


def downloaded(walker: Walker) -> zipfile.ZipFile:
    response = walker.client.get(ADDRESS)
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="copy.zip"'
    assert "no-store" in response["Cache-Control"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    assert archive.testzip() is None
    return archive


def data_of(archive: zipfile.ZipFile) -> Any:
    return json.loads(archive.read("copy.json"))


def only_case() -> Case:
    return Case.objects.select_related("filing", "promise", "supervision").get()


def filer() -> Resident:
    receipt = only_case().filing.receipts.get()
    return Resident(receipt.filing_id, receipt.id)


def lived(town: Town, walker: Walker) -> None:
    """Filed with a photo, looked at, asked, replied, noted, answered and confirmed."""
    files_a_report(walker)
    walker.get("/filing/").press(
        "补充", {"text": "又摔了一次。"}, form="#form-add form", files={"files": photo()}
    )
    zhou = town.actor("zhou")
    open_content(only_case(), zhou, why="assignment", at=local("2026-03-02 10:00"))
    make_move(only_case(), "accept", actor=zhou, at=local("2026-03-02 10:01"))
    ask_resident(only_case(), "ask", "哪一头？", actor=zhou, at=local("2026-03-02 11:00"))
    reply(only_case(), "reply", "东头。", actor=filer(), at=local("2026-03-02 12:00"))
    write_note(only_case(), "内部的话，不给人看", actor=zhou, at=local("2026-03-02 13:00"))
    send_answer(only_case(), "answer", ANSWER, actor=zhou, at=local("2026-03-04 16:00"))
    said = Verdict(True, True, "补得很平。")
    give_verdict(only_case(), "confirm", said, actor=filer(), at=local("2026-03-05 09:00"))


def test_everything_is_in_it(town: Town, walker: Walker) -> None:
    lived(town, walker)
    archive = downloaded(walker)
    data = data_of(archive)
    [case] = data["cases"]
    [file] = case["files"]
    assert archive.namelist() == [*MADE, file["file"]]
    assert file["file"] == "files/1-01 坑.jpg"
    assert archive.read(file["file"]).startswith(b"\xff\xd8\xff")
    assert len(archive.read(file["file"])) == file["size"]
    assert data["reference"] == only_case().filing.reference
    assert case["text"].startswith("老桥东头")
    assert [(one["kind"], one["text"]) for one in case["messages"]] == [
        ("addition", "又摔了一次。"),
        ("question", "哪一头？"),
        ("reply", "东头。"),
    ]
    [answer] = case["answers"]
    assert answer["parts"]["found"] == ANSWER.found
    assert answer["what_you_said"] == {"points_answered": True, "promise_kept": True, "words": "补得很平。"}
    assert [one["code"] for one in case["history"]][-3:] == ["case.noted", "case.answered", "case.confirmed"]
    assert [(one["office"]["code"], one["why"]) for one in case["looks"]] == [("roads", "assignment")]
    assert {one["code"] for one in case["clocks"]} >= {"answer", "reply"}
    assert archive.read("copy.pdf").startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2" in archive.read("copy.pdf")
    assert len(json.loads(archive.read("proof.json"))["entries"]) == len(case["history"]) + len(case["looks"])


def test_notes_inside_the_office_are_not_in_it(town: Town, walker: Walker) -> None:
    lived(town, walker)
    assert "内部的话" not in downloaded(walker).read("copy.json").decode()


def test_nothing_is_stored_of_it(town: Town, walker: Walker) -> None:
    lived(town, walker)

    def stored() -> dict[str, list[Any]]:
        return {
            model._meta.label: sorted(model._default_manager.values_list(), key=str)
            for model in apps.get_models(include_auto_created=True)
        }

    before = stored()
    downloaded(walker)
    assert stored() == before


def test_a_withdrawn_filing_can_be_taken_home_until_it_is_erased(
    town: Town, walker: Walker, clock: Clock
) -> None:
    files_a_report(walker)
    withdraw(only_case(), erase=True, actor=filer(), at=local("2026-03-02 10:00"))
    assert data_of(downloaded(walker))["cases"][0]["erase_on"] == "2026-03-17"
    jobs.erase(local("2026-03-17 00:10"))
    response = walker.client.get(ADDRESS)
    assert (response.status_code, response["Location"]) == (302, "/open/")


def test_a_stranger_gets_nothing(town: Town, walker: Walker) -> None:
    files_a_report(walker)
    assert downloaded(walker).namelist() == MADE
    response = Client().get(ADDRESS)
    assert (response.status_code, response["Location"]) == (302, "/open/")


def test_a_file_that_is_lost_does_not_take_the_rest_with_it(town: Town, walker: Walker) -> None:
    lived(town, walker)
    destroy_files(Attachment.objects.values_list("stored", flat=True))
    archive = downloaded(walker)
    assert archive.namelist() == MADE


def test_the_paper_is_in_the_language_that_was_filed_in(
    town: Town, walker: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongshi.papers import bundles

    seen: list[Any] = []
    real = bundles.pdf
    monkeypatch.setattr(bundles, "pdf", lambda paper, **more: seen.append(paper) or real(paper, **more))
    files_a_report(walker)
    walker.client.get("/en/filing/download/")
    assert (seen[0].language, seen[0].title) == ("zh", "来件副本")
    assert seen[0].parts[0].blocks[0].type == "box"
    assert not any("office" in one.text for one in seen[0].parts[0].blocks)


@pytest.mark.parametrize(("language", "words"), [("", "请过10秒再取"), ("/en", "Please wait 10 seconds")])
def test_row_45_one_paper_is_set_at_a_time(
    walker: Walker, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    """While one is set another waits a moment, then reads when to come back; a third does not wait at all."""
    files_a_report(walker)
    monkeypatch.setattr(bundles, "WAIT_SECONDS", 0.01)
    with bundles.place_to_set():
        answer = walker.client.get(f"{language}{ADDRESS}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")
        assert words in answer.content.decode()
        with pytest.raises(bundles.Busy), bundles.place_to_set():
            pass
        monkeypatch.setattr(bundles, "WAIT_SECONDS", None)  # whoever comes third would wait for ever
        with bundles._at_the_door:
            assert walker.client.get(f"{language}{ADDRESS}").status_code == 429
    downloaded(walker)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (ADDRESS, "这份文件没有做成"),
        (f"/en{ADDRESS}", "The paper could not be made"),
        ("/filing/1/dossier/?as=zip", "这份文件没有做成"),
    ],
)
def test_a_paper_that_is_not_made_is_said(
    walker: Walker, monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    """Typst refuses a paper; the next is made."""
    files_a_report(walker)
    real = compiler.plain
    with monkeypatch.context() as broken:
        broken.setattr(compiler, "plain", lambda paper: real(replace(paper, language="none such")))
        answer = walker.client.get(address)
    assert answer.status_code == 503
    assert words in answer.content.decode()
    downloaded(walker)
