"""Who may do what: one table. A right is asked for by name; what stands nowhere here nobody may do."""

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Role

_WORKING = frozenset({Role.HANDLER, Role.LEAD, Role.DISPATCHER})

RIGHTS: dict[str, frozenset[str]] = {
    "case.list": _WORKING | {Role.SUPERVISOR},
    "case.read": _WORKING | {Role.SUPERVISOR},
    "case.work": _WORKING,
    "case.file_for": frozenset({Role.DISPATCHER}),
    "case.supervise": frozenset({Role.SUPERVISOR}),
    "case.review_publication": frozenset({Role.REVIEWER}),
    "board.read": frozenset({Role.SUPERVISOR}),
    "configuration.change": frozenset({Role.ADMINISTRATOR}),
}


class NotAllowed(PermissionError):
    """The actor may not do this. ``right`` is the name of the right that is missing."""

    def __init__(self, right: str) -> None:
        super().__init__(right)
        self.right = right


def may(actor: StaffActor, right: str) -> bool:
    """Whether one of the actor's roles carries ``right``."""
    return bool(RIGHTS[right] & actor.roles)


def require(actor: StaffActor, right: str) -> None:
    """Raise `NotAllowed` unless the actor holds ``right``."""
    if not may(actor, right):
        raise NotAllowed(right)
