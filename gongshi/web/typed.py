"""What somebody typed into a form that was not taken in: shown again so that nothing is lost, secrets never."""

from typing import Any

from django.http import HttpRequest

# Whoever holds one of these gets in: no page that gives back what was typed ever holds it. Every field that browsers
# are told to hide, or not to remember, stands here (tests/attacks/test_row_44_secrets.py looks for them).
SECRET = frozenset(
    {
        "again",
        "code",
        "credential",
        "oldpassword",
        "passphrase",
        "password",
        "password1",
        "password2",
        "receipt",
    }
)
# Made by the server for one form.
TOKENS = frozenset({"csrfmiddlewaretoken", "draft"})
# Chosen or carried along, not written.
CHOICES = frozenset({"act", "decision", "known", "next", "office", "seen", "session", "template", "why"})


def words_of(request: HttpRequest, *, shortest: int = 1) -> list[str]:
    """What was written, to be copied: texts of at least ``shortest`` characters."""
    fields: Any = request.POST.items()
    unkept = SECRET | TOKENS | CHOICES
    return [text for name, text in fields if name not in unkept and text.strip() and len(text) >= shortest]


def fields_of(request: HttpRequest) -> list[tuple[str, str]]:
    """The whole form, to be sent again as it is; nothing where a secret is part of it."""
    fields = [(name, text) for name, texts in request.POST.lists() for text in texts]
    if any(name in SECRET for name, _ in fields):
        return []
    return [(name, text) for name, text in fields if name != "csrfmiddlewaretoken"]
