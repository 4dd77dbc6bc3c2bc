"""The named cast and their small town: every access test has its stranger.

Lin Yue filed; Chen Bo lives next door; Old Wu is nobody in particular. Clerk Zhou works at Roads, Officer He leads it;
Officer Ma works at Water; Supervisor Qin sits in the hall above both; Reviewer Su reads what is to be public.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from gongshi.accounts.actors import Resident, StaffActor, System
from gongshi.accounts.keys import (
    ensure_office_key,
    first_keys,
    hand_key,
    make_own,
    needs_key,
    office_key,
)
from gongshi.accounts.models import Appointment, Office, Staff
from gongshi.accounts.queries import actor_for, actors_for
from gongshi.cases.actions.filing import Filed, file_filing
from gongshi.cases.drafts import Contact, NewFiling, NewMatter
from gongshi.cases.models import Case
from gongshi.places.models import Alias, Area, Calendar, Place
from gongshi.places.snapshots import forget
from gongshi.routing.models import Category, ProcedureVersion, Promise, RoutingRule
from gongshi.rules.ladder import is_sealed
from gongshi.safekeeping.keyrings import Keyring
from gongshi.safekeeping.pairs import PrivateHalf
from gongshi.safekeeping.passphrases import LOWEST
from gongshi.safekeeping.receipts import new_receipt
from gongshi.words import pair
from tests.clock import local
from tests.factors import give_factors

PROCEDURES = Path(__file__).resolve().parent.parent / "packs" / "qinghe" / "procedures"
LOADED = local("2026-01-05 08:00")
NOW = local("2026-03-02 09:00")
PASSWORD = "demo-town-2026-quiet-river"


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A GeoJSON rectangle."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@dataclass
class Town:
    """Everything that tests of cases need, by name."""

    areas: dict[str, Area] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    own: dict[UUID, PrivateHalf] = field(default_factory=dict)

    def actor(self, name: str, *, keys: bool = True) -> StaffActor:
        """A member of staff, acting, with their own key open as after signing in; ``keys`` False: with none at hand."""
        found = actor_for(self.staff[name])
        assert found is not None
        return self.acting(found) if keys else found

    def acting(self, actor: StaffActor) -> StaffActor:
        """The same with their own key open, if they have one."""
        half = self.own.get(actor.staff_id)
        return replace(actor, keys=Keyring(lambda: half)) if half else actor

    def equip(self, name: str) -> None:
        """Give somebody who joined a key of their own and those of their offices, handed over by a colleague."""
        staff = self.staff[name]
        if staff.id not in self.own:
            self.own[staff.id] = make_own(staff.id, PASSWORD, "password", at=LOADED, cost=LOWEST)
        for actor in map(self.acting, actors_for(staff)):
            if not needs_key(actor) or ensure_office_key(actor, at=LOADED):
                continue
            held = office_key(actor.office_id)
            assert held is not None
            if staff.id not in held.holders:
                holder = Staff.objects.get(pk=min(held.holders))
                colleague = actor_for(holder, actor.office_id)
                assert colleague is not None
                hand_key(self.acting(colleague), staff.id, at=LOADED)


def build_town() -> Town:
    """A hall over a roads office and a water office; one street with two grids; five categories."""
    town = Town()
    Place.objects.create(
        code="testtown",
        name=pair("试镇", "Testtown"),
        reference_prefix="TT",
        time_zone="Asia/Shanghai",
        latitude=30.5,
        longitude=120.5,
        calendar="plain",
        operator="hall",
        settings={
            "emergency": [{"number": "112", "name": pair("求救", "Emergency")}],
            "routes": [
                {
                    "code": code,
                    "name": pair(zh, en),
                    "words": pair(zh, en),
                    "days": days,
                    "counting": "calendar",
                }
                for code, zh, en, days in (
                    ("higher-level", "上一级单位", "The level above", None),
                    ("reconsideration", "行政复议", "Reconsideration", 60),
                    ("court", "法院", "The courts", None),
                    ("legal-aid", "法律援助", "Legal aid", None),
                    ("discipline", "纪检", "Discipline inspection", None),
                    ("province", "省信访局", "Provincial petition bureau", 30),
                )
            ],
            "levels": [],
            "snap_metres": 200,
            "threshold": 11,
            "reprisal": "conduct",
        },
    )
    days = {"2026": {"published": True, "holidays": ["2026-03-06"], "working": ["2026-03-07"]}}
    Calendar.objects.create(
        code="plain",
        version=1,
        name=pair("日历", "Calendar"),
        content={"code": "plain", "name": pair("日历", "Calendar"), "weekend": [6, 7], "years": days},
        loaded_at=LOADED,
    )
    _areas(town)
    _offices(town)
    _staff(town)
    _matters(town)
    forget()
    town.own = first_keys(town.staff.values(), PASSWORD, at=LOADED, cost=LOWEST)
    return town


def _areas(town: Town) -> None:
    for code, rank, parent, box in (
        ("town", 0, None, (120.0, 30.0, 121.0, 31.0)),
        ("river-street", 1, "town", (120.0, 30.0, 121.0, 31.0)),
        ("east-grid", 2, "river-street", (120.5, 30.0, 121.0, 31.0)),
        ("west-grid", 2, "river-street", (120.0, 30.0, 120.5, 31.0)),
    ):
        town.areas[code] = Area.objects.create(
            code=code,
            name=pair(f"{code}区", code),
            level=("town", "street", "grid")[rank],
            rank=rank,
            parent=town.areas.get(parent or ""),
            boundary=square(*box),
        )
    Alias.objects.create(name="老桥", area=town.areas["east-grid"], latitude=30.25, longitude=120.75)


def _offices(town: Town) -> None:
    for code, zh, above, serves in (
        ("hall", "镇政府", None, ["town"]),
        ("roads", "道路所", "hall", ["town"]),
        ("water", "水务所", "hall", ["town"]),
    ):
        office = Office.objects.create(
            code=code, name=pair(zh, code.title()), above=town.offices.get(above or ""), phone="0000-1"
        )
        office.serves.set([town.areas[area] for area in serves])
        town.offices[code] = office


def _staff(town: Town) -> None:
    for username, office, roles in (
        ("zhou", "roads", ["handler"]),
        ("he", "roads", ["lead", "handler"]),
        ("ma", "water", ["handler", "lead"]),
        ("qin", "hall", ["supervisor", "handler", "lead"]),
        ("su", "hall", ["reviewer"]),
        ("tang", "hall", ["dispatcher"]),
    ):
        staff = Staff.objects.create_user(username, PASSWORD, name=pair(username, username.title()))
        town.staff[username] = staff
        for role in roles:
            Appointment.objects.create(staff=staff, office=town.offices[office], role=role)
    give_factors(*town.staff.values())


def _matters(town: Town) -> None:
    for file in sorted(PROCEDURES.glob("*.toml")):
        ProcedureVersion.objects.create(
            code=file.stem, version=1, text=file.read_text(encoding="utf-8"), loaded_at=LOADED
        )
    group = Category.objects.create(code="streets", name=pair("道路", "Streets"))
    for position, (code, kind, procedure, door, days) in enumerate(
        (
            ("pothole", "request", "service-request", "broken", 5),
            ("leak", "request", "service-request", "broken", 3),
            ("noise", "request", "service-request", "broken", None),
            ("how-to", "question", "question", "ask", 3),
            ("conduct", "conduct", "conduct", "office", 10),
            ("quarrel", "dispute", "dispute", "dispute", 10),
        )
    ):
        category = Category.objects.create(
            code=code,
            parent=group,
            position=position,
            name=pair(f"{code}类", code),
            kind=kind,
            procedure=procedure,
            door=door,
            keywords=[code],
            public=not is_sealed(kind),
        )
        town.categories[code] = category
        if days:
            Promise.objects.create(
                category=category, version=1, days=days, counting="working", loaded_at=LOADED
            )
    for position, (code, office, categories) in enumerate(
        (("leaks", "water", ["leak"]), ("rest", "roads", []))
    ):
        rule = RoutingRule.objects.create(
            code=code,
            position=position,
            office=town.offices[office],
            reason=pair(f"这类事由{office}负责。", f"{office.title()} deals with this."),
        )
        rule.categories.set([town.categories[c] for c in categories])


_receipts: dict[UUID, str] = {}
LIN = Contact(email="lin@example.org", notify="email")


def matter(town: Town, category: str = "pothole", **extra: Any) -> NewMatter:
    """A new matter with believable words."""
    text = extra.pop("text", "老桥东头路面塌了一个坑，电动车摔了两次。")
    area = town.areas[extra.pop("area", "east-grid")].id
    return NewMatter(
        category=town.categories[category].id, text=text, wish="请尽快补好。", area=area, **extra
    )


def lin_files(
    town: Town, *matters: NewMatter, at: datetime = NOW, contact: Contact = LIN, receipt: str | None = None
) -> tuple[Filed, str]:
    """Lin Yue files; returns the filing and her receipt."""
    secret = receipt or new_receipt()
    new = NewFiling(matters=matters or (matter(town),), language="zh", channel="web", contact=contact)
    filed = file_filing(new, receipt=secret, actor=System("web"), at=at)
    _receipts[filed.receipt_id] = secret
    return filed, secret


def case_of(filed: Filed, number: int = 1) -> Case:
    """One matter of a filing, fresh from the database."""
    return Case.objects.select_related("filing", "promise").get(filing=filed.filing, number=number)


def mistyped(receipt: str) -> str:
    """A receipt that is surely another one: the last character differs."""
    return receipt[:-1] + ("1" if receipt.endswith("0") else "0")


def resident(filed: Filed) -> Resident:
    """Whoever holds the receipt of this filing."""
    return Resident(filed.filing.id, filed.receipt_id, _receipts.get(filed.receipt_id, ""))
