"""What stands between a visitor and a page on a replica: nothing that signs in, keeps a session or takes a form.

Read with the settings, so nothing of Django is imported here.
"""

from collections.abc import Iterable

LEFT_OUT = frozenset(
    {
        "django.contrib.sessions.middleware.SessionMiddleware",
        "gongshi.web.desk.opened_keys.key_cookie",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "gongshi.web.unopened.SealRefusals",
    }
)
# An address is known once its language is.
AFTER = "django.middleware.locale.LocaleMiddleware"
DOOR = "gongshi.web.replica.public_only"


def of_replica(layers: Iterable[str]) -> list[str]:
    """The middleware of a replica, from that of the main server."""
    kept = [one for one in layers if one not in LEFT_OUT]
    place = kept.index(AFTER) + 1
    return [*kept[:place], DOOR, *kept[place:]]
