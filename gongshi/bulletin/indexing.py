"""What a page can be found by: its tokens, written anew whenever what it shows changes."""

from uuid import UUID

from gongshi.bulletin.models import PARTS, PageRevision, PageToken
from gongshi.rules.retrieval import weights

LANGUAGES = ("zh", "en")


def index_page(shown: PageRevision) -> None:
    """Let the page be found by the words of this revision, and by no others. Inside the changing transaction."""
    take_out(shown.page_id)
    PageToken.objects.bulk_create(tokens_of(shown), batch_size=500)


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
