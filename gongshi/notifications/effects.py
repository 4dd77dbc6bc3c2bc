"""Named effects: how an upper app tells the outbox, at the moment of sending, whom a notice goes to.

The outbox lies below the apps whose people it writes to, and it must not keep an address. So a row holds a name, and
the app that owns the contact registers the resolver of that name in its ``apps.ready``.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from gongshi.notifications.targets import Target
from gongshi.notifications.transports.webhook import Outcome


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


@dataclass(frozen=True, slots=True)
class Event:
    """What is posted to a receiver's program. ``keys``: the secrets that sign it. None of it shows in a repr."""

    target: Target = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class EventOwner:
    """The app whose events go out under one name.

    ``event`` gets the row's ``case`` and an instant, and returns what to post then, or None when there is nothing to
    tell any more.
    ``ended`` gets it with how an attempt ended (`transports.webhook.Outcome`) and returns what else waits for the same
    receiver: the outbox lets that rest when the attempt failed.
    """

    event: Callable[[UUID, datetime], Event | None]
    ended: Callable[[UUID, Outcome, datetime], Collection[UUID]]


Resolver = Callable[[UUID], Recipient | None]
Sent = Callable[[UUID], None]


class UnknownEffectError(LookupError):
    """An effect that no installed app registered. Its rows stay as they are."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(names)
        super().__init__(", ".join(self.names))


_resolvers: dict[str, Resolver] = {}
_afterwards: dict[str, Sent] = {}
_owners: dict[str, EventOwner] = {}


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


def register_events(name: str, owner: EventOwner) -> None:
    """Make ``owner`` the one who knows what rows with the effect ``name`` post. ValueError if there is another."""
    if _owners.setdefault(name, owner) != owner:
        raise ValueError(f"effect {name!r} is registered twice")


def owner_of(name: str) -> EventOwner:
    """Who registered events under ``name``. UnknownEffectError if nobody did."""
    if name not in _owners:
        raise UnknownEffectError([name])
    return _owners[name]


def resolve(name: str) -> Resolver:
    """The resolver called ``name``. UnknownEffectError if there is none."""
    if name not in _resolvers:
        raise UnknownEffectError([name])
    return _resolvers[name]


def require(names: Iterable[str]) -> None:
    """Pass if every name is registered; UnknownEffectError lists those that are not."""
    unknown = set(names) - _resolvers.keys() - _owners.keys()
    if unknown:
        raise UnknownEffectError(unknown)
