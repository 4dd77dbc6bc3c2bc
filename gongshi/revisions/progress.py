"""How far a place's set-up is, read from the configuration itself: nothing is ticked, so nothing can be ticked wrongly.

What still stands as the starter has it was not looked at yet. A place with a pack of its own has little of the starter.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from gongshi.accounts.actors import StaffActor
from gongshi.accounts.models import Staff
from gongshi.accounts.rights import require
from gongshi.cases.models import Case
from gongshi.formats.pack import Pack, Promise
from gongshi.revisions.queries import NothingLoaded, in_force
from gongshi.revisions.starter import starter
from gongshi.rules.ladder import SEALED_KINDS


@dataclass(frozen=True)
class Progress:
    """Which steps are done by their codes, and what is there to count."""

    done: Mapping[str, bool]
    staff: int
    with_password: int

    @property
    def number(self) -> int:
        """How many steps are done."""
        return sum(self.done.values())


def progress(actor: StaffActor) -> Progress:
    """How far the set-up is. Two statements beside the configuration's own."""
    require(actor, "settings.change")
    pack, first = in_force().pack, starter()
    passwords = list(Staff.objects.filter(is_active=True).values_list("password", flat=True))
    set_already = sum(bool(one) and not one.startswith(UNUSABLE_PASSWORD_PREFIX) for one in passwords)
    # Of open kinds alone: whether there is a sealed case is nobody's to learn here.
    tried = Case.objects.exclude(kind__in=SEALED_KINDS).exists()
    done = {
        "place": pack.place.name != first.place.name and bool(pack.words.get("about_place")),
        "emergency": bool(pack.place.emergency),
        "offices": pack.offices != first.offices,
        "areas": len(pack.areas) > len(first.areas),
        "categories": (pack.categories, pack.rules) != (first.categories, first.rules),
        "promises": _promises(pack) != _promises(first),
        "calendar": any(
            year["published"] for one in pack.calendars for year in one.content["years"].values()
        ),
        "staff": len(pack.staff) > 1 and _everywhere(pack),
        "passwords": len(passwords) > 1 and set_already == len(passwords),
        "templates": bool(pack.prepared or pack.pages),
        "report": tried,
    }
    return Progress(done, len(passwords), set_already)


def is_untouched() -> bool:
    """Whether the place still has the starter's offices: then nobody has begun to set it up."""
    try:
        return in_force().pack.offices == starter().offices
    except NothingLoaded:
        return False


def _promises(pack: Pack) -> dict[str, Promise | None]:
    return {one.code: one.promise for one in pack.categories if one.kind}


def _everywhere(pack: Pack) -> bool:
    """Whether somebody works in every office."""
    staffed = {held.office for one in pack.staff for held in one.appointments if held.role != "administrator"}
    return staffed >= {office.code for office in pack.offices}
