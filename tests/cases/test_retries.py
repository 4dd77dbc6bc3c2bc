"""A reply was lost and the form is sent again: the same filing, with everything in it, or a clear refusal."""

from dataclasses import replace
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from gongshi.accounts.actors import System
from gongshi.cases.actions import filing as filing_actions
from gongshi.cases.actions.filing import AlreadyFiled, Filed, FilesGone, file_filing
from gongshi.cases.actions.uploads import (
    adopted,
    drop_upload,
    keep_upload,
    read_file,
    sweep_uploads,
    uploads_of,
)
from gongshi.cases.drafts import NewFiling, NewMatter, PublicCopy
from gongshi.cases.models import Attachment, Case, Consent, Filing, Upload
from gongshi.cases.reading import key_of, read_name
from gongshi.cases.texts import TextRefused
from gongshi.safekeeping.photos import prepare
from gongshi.safekeeping.receipts import new_receipt
from tests.cast import LIN, NOW, Town, case_of, matter
from tests.clock import local

pytestmark = pytest.mark.django_db


def photo(receipt: str, name: str = "坑.png", *, evidence: bool = False) -> Upload:
    """A small picture chosen in the draft of ``receipt``."""
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "grey").save(buffer, "PNG")
    chosen = SimpleUploadedFile(name, buffer.getvalue(), "image/png")
    return keep_upload(prepare(chosen, evidence=evidence), name, receipt=receipt, at=NOW)


def send(receipt: str, *matters: NewMatter, language: str = "zh", notify: str = "email") -> Filed:
    """The form as it is sent."""
    contact = replace(LIN, notify=notify)
    new = NewFiling(matters=matters, language=language, channel="web", contact=contact)
    return file_filing(new, receipt=receipt, actor=System("web"), at=NOW)


def test_a_filing_with_photos_sent_again_keeps_its_reference_and_its_photos(town: Town) -> None:
    """The second time the draft is empty: its photos became the case's. With their ids in the form or without."""
    receipt = new_receipt()
    chosen = photo(receipt)
    first = send(receipt, matter(town, uploads=(chosen.id,)))
    for uploads in ((chosen.id,), ()):
        again = send(receipt, matter(town, uploads=uploads))
        assert (again.created, again.filing.reference) == (False, first.filing.reference)
    assert (Filing.objects.count(), Attachment.objects.count(), Upload.objects.count()) == (1, 1, 0)
    case, row = case_of(first), Attachment.objects.get()
    key = key_of(case.id)
    assert read_name(row, key) == "坑.jpg"
    assert b"".join(read_file(row, key)).startswith(b"\xff\xd8")


def test_a_further_photo_is_not_silently_dropped(town: Town) -> None:
    receipt = new_receipt()
    chosen = photo(receipt)
    send(receipt, matter(town, uploads=(chosen.id,)))
    late = photo(receipt, "后来.png")
    with pytest.raises(AlreadyFiled):
        send(receipt, matter(town, uploads=(chosen.id, late.id)))
    assert [row.id for row in uploads_of(receipt)] == [late.id]


def test_a_consent_taken_out_again_is_not_silently_kept(town: Town) -> None:
    receipt, copy = new_receipt(), PublicCopy("路面塌了", "老桥东头路面塌了。")
    send(receipt, matter(town, public=copy))
    assert not send(receipt, matter(town, public=copy)).created
    for other in (None, PublicCopy("路面塌了", "老桥东头路面塌了！")):
        with pytest.raises(AlreadyFiled):
            send(receipt, matter(town, public=other))
    assert Consent.objects.count() == 1


def test_another_way_to_be_told_is_not_silently_dropped(town: Town) -> None:
    receipt = new_receipt()
    send(receipt, matter(town))
    with pytest.raises(AlreadyFiled):
        send(receipt, matter(town), notify="")


def test_the_page_in_the_other_language_is_the_same_filing(town: Town) -> None:
    receipt = new_receipt()
    first = send(receipt, matter(town))
    assert send(receipt, matter(town), language="en").filing.reference == first.filing.reference


def test_files_of_another_draft_are_neither_taken_nor_deleted(town: Town) -> None:
    """A stranger names the file of somebody else's draft in their own form."""
    owner, stranger = new_receipt(), new_receipt()
    chosen, own = photo(owner), photo(stranger)
    with pytest.raises(FilesGone):
        send(stranger, matter(town, uploads=(own.id, chosen.id)))
    filed = send(stranger, matter(town, uploads=(own.id,)))
    assert [row.id for row in Attachment.objects.filter(case=case_of(filed))] == [own.id]
    assert [row.id for row in uploads_of(owner)] == [chosen.id]
    drop_upload(chosen.id, receipt=stranger)
    assert uploads_of(owner)


def test_evidence_keeps_its_original(town: Town) -> None:
    receipt = new_receipt()
    photo(receipt, evidence=True)
    both = tuple(row.id for row in uploads_of(receipt))
    filed = send(receipt, matter(town, uploads=both))
    rows = Attachment.objects.filter(case=case_of(filed))
    assert sorted(row.original for row in rows) == [False, True]


def test_a_file_dropped_at_the_last_moment_leaves_no_empty_attachment(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another tab drops a photo after the rows were made and before they are stored."""
    receipt = new_receipt()
    kept, dropped = photo(receipt), photo(receipt, "错.png")
    calls: list[int] = []

    def dropping(*args: object, **named: object) -> object:
        rows = adopted(*args, **named)  # type: ignore[arg-type]
        calls.append(len(rows))
        if len(calls) == 1:
            drop_upload(dropped.id, receipt=receipt)
        return rows

    monkeypatch.setattr(filing_actions, "adopted", dropping)
    with pytest.raises(FilesGone):
        send(receipt, matter(town, uploads=(kept.id, dropped.id)))
    assert calls == [2, 1]
    assert not Filing.objects.exists()
    filed = send(receipt, matter(town, uploads=(kept.id,)))
    assert [row.id for row in Attachment.objects.filter(case=case_of(filed))] == [kept.id]
    assert Case.objects.count() == 1


def test_the_sweep_leaves_what_was_filed_meanwhile(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep has listed an old draft's file; before it deletes the row, the draft is filed."""
    receipt = new_receipt()
    chosen, old = photo(receipt), photo(new_receipt())
    filed = {}
    real = Upload.objects.filter

    def filter_(**wanted: object) -> object:
        if "id" in wanted and not filed:
            filed["now"] = send(receipt, matter(town, uploads=(chosen.id,)))
        return real(**wanted)

    monkeypatch.setattr(Upload.objects, "filter", filter_)
    assert sweep_uploads(local("2026-03-04 09:00")) == 1
    monkeypatch.undo()
    row = Attachment.objects.get()
    assert b"".join(read_file(row, key_of(row.case_id)))
    assert not Upload.objects.filter(id=old.id).exists()


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        ("", "坑", "empty"),
        ("路" * 121, "坑", "too_long"),
        ("路", " \n", "empty"),
        ("路\x00", "坑", "unreadable"),
    ],
)
def test_a_public_copy_that_cannot_be_one_is_refused_with_the_filing(
    town: Town, title: str, text: str, code: str
) -> None:
    with pytest.raises(TextRefused) as refusal:
        send(new_receipt(), matter(town, public=PublicCopy(title, text)))
    assert refusal.value.code == code
    assert not Filing.objects.exists()
