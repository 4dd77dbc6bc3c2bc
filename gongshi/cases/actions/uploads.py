"""Files chosen in a form: kept sealed until the form is filed, so that an error on the page loses no photo."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction

from gongshi.cases.models import Attachment, Case, Upload
from gongshi.cases.sealed import seal_json, unseal_json
from gongshi.safekeeping.filenames import display_name
from gongshi.safekeeping.files import destroy_files, read_sealed, write_sealed
from gongshi.safekeeping.hashing import keyed_hash, keyed_hashes
from gongshi.safekeeping.ids import new_id
from gongshi.safekeeping.photos import Content, Prepared
from gongshi.safekeeping.receipts import receipt_key
from gongshi.safekeeping.sealing import new_data_key, seal, unseal

MOST_FILES = 8


class TooManyFiles(ValueError):
    """More files than one filing may hold."""


def draft_hash(receipt: str) -> bytes:
    """Which draft a new upload belongs to, without the receipt being stored."""
    return keyed_hash("drafts", receipt.encode())


def draft_hashes(receipt: str) -> list[bytes]:
    """The same under every key version: a form may be begun before the key is changed and sent after."""
    return keyed_hashes("drafts", receipt.encode())


def uploads_of(receipt: str) -> list[Upload]:
    """The files chosen so far in the draft of ``receipt``, oldest first."""
    return list(Upload.objects.filter(draft__in=draft_hashes(receipt)).order_by("at", "id"))


def name_of(upload: Upload, receipt: str) -> str:
    """The file's name as the resident knows it."""
    return str(unseal_json(_draft_key(upload, receipt), upload.name, row=upload.id, field="name"))


def keep_upload(prepared: Prepared, name: str, *, receipt: str, at: datetime) -> Upload:
    """Store one checked file for the draft of ``receipt``, with its original where it is evidence.

    Raises TooManyFiles beyond `MOST_FILES`.
    """
    chosen = Upload.objects.filter(draft__in=draft_hashes(receipt), original=False).count()
    if chosen >= MOST_FILES:
        raise TooManyFiles
    if prepared.original:
        _kept(prepared.original, name, receipt, at, original=True)
    return _kept(prepared.shown, name, receipt, at, original=False)


def _kept(content: Content, name: str, receipt: str, at: datetime, *, original: bool) -> Upload:
    upload = Upload(
        id=new_id(), draft=draft_hash(receipt), at=at, media_type=content.media_type, original=original
    )
    key, file_key = _draft_key(upload, receipt), new_data_key()
    stored = write_sealed([content.data], file_key, upload.id)
    upload.stored, upload.size = stored.name, stored.size
    upload.key = seal(key, file_key, row=upload.id, field="key")
    shown = display_name(name, content.extension)
    upload.name = seal_json(key, shown, row=upload.id, field="name")
    upload.save(force_insert=True)
    return upload


def known_upload(prepared: Prepared, name: str, *, receipt: str) -> list[UUID]:
    """The rows of a file that has arrived already, its original first: a retry brought it again. [] for a new one."""
    shown, rows = display_name(name, prepared.shown.extension), uploads_of(receipt)
    for place, row in enumerate(rows):
        if row.size == len(prepared.shown.data) and not row.original and name_of(row, receipt) == shown:
            return [one.id for one in rows[max(place - 1, 0) : place + 1] if one.original or one is row]
    return []


def room_for_files(case: Case) -> int:
    """How many more files may be added to a case."""
    return 3 * MOST_FILES - Attachment.objects.filter(case=case, original=False).count()


def drop_upload(upload_id: UUID, *, receipt: str) -> None:
    """Remove a file from a draft; one of another draft is left alone."""
    found = Upload.objects.filter(id=upload_id, draft__in=draft_hashes(receipt)).first()
    if found and Upload.objects.filter(id=found.id).delete()[0]:
        transaction.on_commit(lambda: destroy_files([found.stored]))


def adopted(
    uploads: Iterable[UUID], case: Case, key: bytes, *, receipt: str, at: datetime
) -> list[Attachment]:
    """The draft's files as the case's attachments, unsaved: their keys are sealed anew with the case's data key.

    The row keeps the upload's id, to which the stored bytes are bound. Ids of other drafts are passed over.
    """
    rows = Upload.objects.filter(id__in=list(uploads), draft__in=draft_hashes(receipt))
    return [_adopted(row, case, key, receipt, at) for row in rows.order_by("at", "id")]


def _adopted(row: Upload, case: Case, key: bytes, receipt: str, at: datetime) -> Attachment:
    draft_key = _draft_key(row, receipt)
    file_key = unseal(draft_key, bytes(row.key), row=row.id, field="key")
    name = unseal_json(draft_key, row.name, row=row.id, field="name")
    return Attachment(
        id=row.id,
        case=case,
        at=at,
        by="resident",
        media_type=row.media_type,
        size=row.size,
        stored=row.stored,
        key=seal(key, file_key, row=row.id, field="key"),
        name=seal_json(key, name, row=row.id, field="name"),
        original=row.original,
    )


def attached(
    prepared: Prepared, name: str, case: Case, key: bytes, *, by: str, at: datetime, row: UUID | None = None
) -> list[Attachment]:
    """Store one checked file; its attachment rows (two when the original is kept as evidence), unsaved.

    ``row``: the id of the first of them, where it is to be known again (`cases.sent_again`).
    """
    kept = [(row or new_id(), prepared.shown, False)]
    if prepared.original:
        kept.append((new_id(), prepared.original, True))
    return [
        _attached(each, content, name, case, key, by=by, at=at, original=flag) for each, content, flag in kept
    ]


def _attached(
    row_id: UUID,
    content: Content,
    name: str,
    case: Case,
    key: bytes,
    *,
    by: str,
    at: datetime,
    original: bool,
) -> Attachment:
    row = Attachment(id=row_id, case=case, at=at, by=by, media_type=content.media_type, original=original)
    file_key = new_data_key()
    stored = write_sealed([content.data], file_key, row.id)
    row.stored, row.size = stored.name, stored.size
    row.key = seal(key, file_key, row=row.id, field="key")
    shown = display_name(name, content.extension)
    row.name = seal_json(key, shown, row=row.id, field="name")
    return row


def read_file(attachment: Attachment, key: bytes) -> Iterator[bytes]:
    """The file's bytes in the clear, in chunks."""
    file_key = unseal(key, bytes(attachment.key), row=attachment.id, field="key")
    return read_sealed(attachment.stored, file_key, attachment.id)


def _draft_key(upload: Upload, receipt: str) -> bytes:
    return receipt_key(receipt, upload.id)


def sweep_uploads(before: datetime) -> int:
    """Remove what was chosen before ``before`` and never filed; returns how many files.

    Only the files whose rows were really taken away here: one that is being filed at this moment belongs to its case.
    """
    old = Upload.objects.filter(at__lt=before).values_list("id", "stored")
    names = [stored for upload, stored in old[:500] if Upload.objects.filter(id=upload).delete()[0]]
    destroy_files(names)
    return len(names)
