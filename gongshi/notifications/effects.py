"""Named effects: how an upper app tells the outbox, at the moment of sending, whom a notice goes to.

The outbox lies below the apps whose people it writes to, and it must not keep an address. So a row holds a name, and
the app that owns the contact registers the resolver of that name in its ``apps.ready``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told. ``value`` (an address or a number) never shows in a repr, so it cannot slip into a log.

    ``channel`` is "email" or "sms", ``language`` "zh" or "en", ``reference`` the public name of what the notice is
    about: a filing, or what an office announced. ``path``: what follows this server's address in the notice.
    ``code``: what the message "claim" is for, the only secret that any message holds; it is worth nothing once it was
    used. ``answers``: the Message-ID of a mail that the message answers, without its brackets.
    ``left_out``: which attachments of that mail could not be taken in, by number.
    ``lines``: what a message to staff says besides at an instant, numbers and references; "" for nothing to say.
    """

    channel: str
    value: str = field(repr=False)
    language: str
    reference: str
    code: str = field(default="", repr=False)
    path: str = ""
    answers: str = field(default="", repr=False)
    left_out: str = ""
    lines: Callable[[datetime], str] | None = field(default=None, repr=False)


Resolver = Callable[[UUID], Recipient | None]
Sent = Callable[[UUID], None]


class UnknownEffectError(LookupError):
    """An effect that no installed app registered. Its rows stay as they are."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(names)
        super().__init__(", ".join(self.names))


_resolvers: dict[str, Resolver] = {}
_afterwards: dict[str, Sent] = {}


def register(name: str, resolver: Resolver, *, sent: Sent | None = None) -> None:
    """Make ``resolver`` the way to find the recipient of rows with the effect ``name``.

    The resolver gets the row's ``case`` (or what the app put in its place) and returns a ``Recipient``, or None when
    there is nobody to tell (erased, or no contact left). ``sent`` gets it once the message is out; it may be called
    again. ValueError if another resolver already has the name.
    """
    if _resolvers.setdefault(name, resolver) is not resolver:
        raise ValueError(f"effect {name!r} is registered twice")
    if sent:
        _afterwards[name] = sent


def was_sent(name: str, case: UUID) -> None:
    """What the owner of the effect ``name`` does once a message is out, if anything."""
    if name in _afterwards:
        _afterwards[name](case)


def resolve(name: str) -> Resolver:
    """The resolver called ``name``. UnknownEffectError if there is none."""
    if name not in _resolvers:
        raise UnknownEffectError([name])
    return _resolvers[name]


def require(names: Iterable[str]) -> None:
    """Pass if every name is registered; UnknownEffectError lists those that are not."""
    unknown = set(names) - _resolvers.keys()
    if unknown:
        raise UnknownEffectError(unknown)
