"""What a page can be found by: its tokens, written anew whenever what it shows changes."""

from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from gongshi.bulletin.models import PARTS, Page, PageRevision, PageToken
from gongshi.rules.retrieval import VERSION, weights

LANGUAGES = ("zh", "en")


def index_page(shown: PageRevision) -> None:
    """Let the page be found by the words of this revision, and by no others. Inside the changing transaction."""
    take_out(shown.page_id)
    PageToken.objects.bulk_create(tokens_of(shown), batch_size=500)
    Page.objects.filter(pk=shown.page_id).update(indexed=VERSION)


def to_write() -> QuerySet[Page]:
    """Shown pages whose tokens are of another version."""
    return Page.objects.filter(shown__isnull=False, indexed__lt=VERSION)


def write_anew(limit: int) -> int:
    """Tokens for some of `to_write`; how many pages. Called again it goes on."""
    with transaction.atomic():
        pages = list(to_write().select_for_update().order_by("id").values_list("id", flat=True)[:limit])
        for shown in PageRevision.objects.filter(page__in=pages, number=F("page__shown")):
            index_page(shown)
    return len(pages)


def forget_all() -> int:
    """Let every page be written anew by `write_anew`; how many. They are found meanwhile."""
    return Page.objects.filter(shown__isnull=False).update(indexed=0)


def tokens_of(shown: PageRevision) -> list[PageToken]:
    """The rows by which a revision is found, unsaved."""
    return [
        PageToken(page_id=shown.page_id, language=language, token=token, weight=weight)
        for language in LANGUAGES
        for token, weight in weights(
            shown.question.get(language, ""),
            [getattr(shown, part).get(language, "") for part in PARTS if part != "question"],
        ).items()
    ]


def take_out(page_id: UUID) -> None:
    """Let the page be found no more."""
    PageToken.objects.filter(page=page_id).delete()
