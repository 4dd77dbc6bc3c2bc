"""What happens in an instance that is backed up: ``python -m tests.backups.town DIR WHAT ...``, answers in JSON.

``file N WORDS`` files N matters with a photo each, ``erase RECEIPT REFERENCE`` erases one, ``open RECEIPT REFERENCE``
reads one, ``publish RECEIPT REFERENCE WORDS`` shows words on one, ``hunt MARKER`` looks for them everywhere, ``lose``
empties the wraps store,
``sequence`` signs a batch of the ledger, ``tomorrow`` makes the database one of a newer program.
"""

import json
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any


def file(number: str, words: str) -> list[dict[str, str]]:
    """Filings with these words, each with a photo."""
    from django.utils import timezone

    from gongshi.accounts.actors import System
    from gongshi.cases.actions.filing import file_filing
    from gongshi.cases.actions.uploads import keep_upload
    from gongshi.cases.drafts import Contact, NewFiling, NewMatter
    from gongshi.places.queries import aliases
    from gongshi.routing.queries import leaves
    from gongshi.safekeeping.receipts import new_receipt

    category = next(one for one in leaves() if one.kind == "request")
    area = aliases()[0].area_id
    made = []
    for count in range(int(number)):
        receipt, at = new_receipt(), timezone.now()
        upload = keep_upload(_photo(), "坑.png", receipt=receipt, at=at)
        matter = NewMatter(category.id, f"{words} {count}", wish="修好", area=area, uploads=(upload.id,))
        contact = Contact(name=words, email="lin@example.org", notify="email")
        new = NewFiling((matter,), language="zh", channel="web", contact=contact)
        filed = file_filing(new, receipt=receipt, actor=System("web"), at=at)
        made.append({"receipt": receipt, "reference": filed.filing.reference})
    return made


def _photo() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from gongshi.safekeeping.photos import prepare

    buffer = BytesIO()
    Image.new("RGB", (9, 9), "grey").save(buffer, "PNG")
    return prepare(SimpleUploadedFile("a.png", buffer.getvalue(), "image/png"), evidence=False)


def erase(receipt: str, reference: str) -> int:
    """Withdraw and erase; two weeks pass. How many cases were erased."""
    from django.utils import timezone

    from gongshi.accounts.actors import Resident
    from gongshi.cases.actions.erasure import erase_due, withdraw_all
    from gongshi.cases.queries import filing_by_receipt

    filing, row = filing_by_receipt(reference, receipt)
    withdraw_all(filing, erase=True, actor=Resident(filing.id, row.id, receipt), at=timezone.now())
    return erase_due(timezone.now() + timedelta(days=20), 100)


def publish(receipt: str, reference: str, words: str) -> None:
    """Its filer agrees to show these words, and a reviewer shows them."""
    from django.utils import timezone

    from gongshi.accounts.actors import Resident
    from gongshi.accounts.models import Staff
    from gongshi.accounts.queries import actor_for
    from gongshi.cases.actions import publication
    from gongshi.cases.drafts import PublicCopy
    from gongshi.cases.queries import cases_of, filing_by_receipt

    filing, row = filing_by_receipt(reference, receipt)
    (case,), copy = cases_of(filing), PublicCopy(words, words)
    lin = Resident(filing.id, row.id, receipt)
    consent = publication.give_consent(case, copy, actor=lin, at=timezone.now())
    reviewer = actor_for(Staff.objects.filter(appointments__role="reviewer")[0])
    assert reviewer is not None
    publication.publish(consent.id, copy, actor=reviewer, at=timezone.now())


def hunt(marker: str) -> dict[str, list[str]]:
    """Where the marker is (`tests.hunt`), after what the worker does; and the keys of what was erased."""
    from django.conf import settings
    from django.utils import timezone

    from gongshi.cases import jobs
    from gongshi.safekeeping.models import Tombstone, Wrap
    from tests.hunt import Hunt, everywhere

    jobs.rewrite(timezone.now())
    left = Wrap.objects.filter(subject__in=Tombstone.objects.values("subject"))
    found = Hunt([marker]).found(everywhere(Path(settings.INSTANCE)))
    return {"places": sorted(found), "keys": [str(wrap.subject) for wrap in left]}


def sequence() -> int:
    """Sign what waits; the size of the ledger then, or -1 if it refuses to sign."""
    from django.utils import timezone

    from gongshi.safekeeping.heads import latest_head
    from gongshi.safekeeping.models import Leaf
    from gongshi.safekeeping.sequencing import BehindOneself, interval
    from gongshi.safekeeping.sequencing import sequence as batch

    newest = (
        Leaf.objects.order_by("-created_at").values_list("created_at", flat=True).first() or timezone.now()
    )
    head = latest_head()
    try:
        batch(max(newest, head.at if head else newest) + 2 * interval())
    except BehindOneself:
        return -1
    found = latest_head()
    return found.size if found else 0


def lose() -> None:
    """A store with tables and nothing in them."""
    from gongshi.safekeeping.models import KeyPair, KeyWrap, LockedKey, Tombstone, Wrap

    for table in (KeyPair, KeyWrap, LockedKey, Tombstone, Wrap):
        table._default_manager.all().delete()


def tomorrow() -> None:
    """A migration was applied that this program does not know."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder(connection).record_applied("cases", "9999_from_tomorrow")


def opened(receipt: str, reference: str) -> dict[str, Any]:
    """What the receipt opens: the words, and the photo's first bytes."""
    from gongshi.cases.actions.uploads import read_file
    from gongshi.cases.models import Attachment
    from gongshi.cases.queries import NotFound, filing_by_receipt
    from gongshi.cases.sealed import unseal_json
    from gongshi.safekeeping.queries import open_with_receipt

    try:
        filing, row = filing_by_receipt(reference, receipt)
    except NotFound:
        return {}
    case = filing.cases.get()
    keys = open_with_receipt([case.id], row.id, receipt)
    words = unseal_json(keys[case.id], case.content, row=case.id, field="content")
    photo = b"".join(read_file(Attachment.objects.get(case=case), keys[case.id]))
    return {"text": words["text"], "photo": photo[:3].hex()}


if __name__ == "__main__":
    from gongshi.config.instance import enter

    enter(Path(sys.argv[1]))
    doing: dict[str, Any] = {"file": file, "erase": erase, "sequence": sequence, "open": opened, "lose": lose}
    doing |= {"tomorrow": tomorrow, "publish": publish, "hunt": hunt}
    print(json.dumps(doing[sys.argv[2]](*sys.argv[3:])))
