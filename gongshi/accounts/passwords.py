"""What a staff password may be, and how it is hashed.

Refused beside the short and the common ones (Django's validators) is one that is made of words that anybody here would
try first (OWASP ASVS 5.0, V6.1.2): `local_words`.

Hashing is Argon2id (RFC 9106), in its second recommended form but for the lanes.

64 MiB and three passes. One lane instead of four: a server hashes two at a time and has few processors, so lanes would
only wait for each other. It lies above what OWASP asks for (19 MiB, 2 passes, 1 lane). A password that was hashed
otherwise is hashed anew when its owner next signs in.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

from gongshi.accounts.models import Staff
from gongshi.accounts.queries import offices
from gongshi.places.queries import NoPlace, the_place
from gongshi.words import say

# What has to be left of a password once the words that everybody knows are taken out of it.
REST = 8
EVERYWHERE = (
    "gongshi",
    "公事",
    "公示",
    "共识",
    "password",
    "passwort",
    "密码",
    "mima",
    "admin",
    "管理员",
    "welcome",
)
# Words shorter than these say nothing: "of", "所".
SHORTEST_LATIN, SHORTEST_HAN = 4, 2
_WORDS = re.compile(r"[a-z]+|[\u4e00-\u9fff]+")


class StaffArgon2(Argon2PasswordHasher):
    """Argon2id: 64 MiB, three passes, one lane."""

    memory_cost = 64 * 1024
    time_cost = 3
    parallelism = 1


def local_words(staff: Staff | None = None) -> set[str]:
    """In small letters: the product, the place and its offices by name and code, the server, the owner by name."""
    texts = [*EVERYWHERE, settings.BASE_URL, *_names(staff)]
    found = {word for text in texts for word in _WORDS.findall(text.lower())}
    return {word for word in found if len(word) >= (SHORTEST_LATIN if word.isascii() else SHORTEST_HAN)}


def _names(staff: Staff | None) -> Iterator[str]:
    if staff is not None:
        yield from (staff.username, *staff.name.values())
    for office in offices().values():
        yield from (office.code, *office.name.values())
    with suppress(NoPlace):
        yield from (the_place().code, *the_place().name.values())


class LocalWords:
    """Django's interface for a check of new passwords."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError where fewer than `REST` characters are left without `local_words`."""
        rest = password.lower()
        for word in sorted(local_words(user if isinstance(user, Staff) else None), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < REST:
            raise ValidationError(self.get_help_text(), code="password_local_words")

    def get_help_text(self) -> str:
        """What to do instead."""
        said: str = say(
            "这个密码主要由本地人人都知道的词组成（地名、单位名、姓名）。请另想几个不相干的词。",
            "This password is mostly words that everybody here knows (the place, an office, a name). "
            "Take a few words that have nothing to do with each other.",
        )
        return said
