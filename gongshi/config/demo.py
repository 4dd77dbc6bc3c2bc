"""Building a demo: an instance, its pack, two months of invented filings, staff who can sign in."""

import gc
import json
import os
import tomllib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from gongshi.config.instance import enter
from gongshi.config.progress import bar
from gongshi.config.terminal import both

if TYPE_CHECKING:
    from gongshi.accounts.models import Appointment
    from gongshi.config.town import Keys, Story

SHOWN = "demo.json"
SHOWN_FILINGS = 4
SEED = 311
GARBAGE = 50_000
SLOWEST = 28.0
"""Days in which the slowest of the older cases was answered: none of them is on anybody's list any more."""
ROLES_SHOWN = (
    "handler",
    "lead",
    "supervisor",
    "reviewer",
    "dispatcher",
    "operator",
    "reader",
    "administrator",
)


def pack_folder() -> Path | None:
    """The demo's pack: beside the working directory, or beside the package in a checkout."""
    beside = Path(__file__).resolve().parents[2] / "packs" / "qinghe"
    return next(
        (folder for folder in (Path("packs/qinghe"), beside) if (folder / "pack.toml").is_file()), None
    )


def start_postgres(directory: Path) -> None:
    """Start the trial PostgreSQL in the demo's folder and make this process (and its children) use it.

    The wraps of a demo that was made with a file of its own for them stay there.
    """
    from gongshi.config.trial_postgres import MAIN, WRAPS, start

    url = start(directory / "postgres")
    os.environ["GONGSHI_DATABASE"] = url
    if not (directory / "wraps" / "wraps.sqlite3").exists():
        os.environ["GONGSHI_WRAPS_DATABASE"] = url.replace(MAIN, WRAPS)


def build(directory: Path, pack: Path, *, base_url: str) -> None:
    """Make the instance, load the pack and live through two months of its demo filings."""
    from gongshi.config.packs import read_checked
    from gongshi.config.setup import instance_values, make_instance, prepare_database

    content = read_checked(pack)
    make_instance(directory, {**instance_values(content, base_url=base_url), "demo": True})
    if os.geteuid() == 0 and (directory / "postgres").is_dir():
        # The trial PostgreSQL runs as a user of its own then, who has to pass, and may read nothing.
        directory.chmod(0o711)
    enter(directory)
    # Rows by the ten thousand are made and let go of: looking for circles among them took a twentieth of the time.
    gc.set_threshold(GARBAGE)
    from django.utils import timezone

    from gongshi.cases.learning import learn_again
    from gongshi.revisions.loading import load

    prepare_database(new=True)
    load(content, at=timezone.now())
    learn_again(at=timezone.now())
    give_passwords()
    keys = _give_keys()
    _live(directory, pack / "demo", keys)


def give_passwords() -> None:
    """One password for everybody: the demo shows it on its sign-in page. Hashed once, since hashing is dear."""
    from django.conf import settings
    from django.contrib.auth.hashers import make_password

    from gongshi.accounts.models import Staff

    Staff.objects.update(password=make_password(settings.DEMO_PASSWORD))


def _give_keys() -> "Keys":
    """Everybody a key under the demo's password, and their office's; signing in opens them."""
    from django.conf import settings
    from django.utils import timezone

    from gongshi.accounts.keys import first_keys
    from gongshi.accounts.models import Staff
    from gongshi.accounts.recovery import make_shares
    from gongshi.config.commands.recover import show_shares
    from gongshi.safekeeping.passphrases import LOWEST

    at = timezone.now() - timedelta(days=70)
    show_shares(make_shares(needed=2, of=3, at=at).shares, 2)
    return first_keys(Staff.objects.filter(is_active=True), settings.DEMO_PASSWORD, at=at, cost=LOWEST)


def _live(directory: Path, folder: Path, keys: "Keys") -> None:
    from django.utils import timezone

    from gongshi.config.demo_notices import announce_all
    from gongshi.config.demo_receptions import announce_receptions
    from gongshi.config.demo_settings import change_all
    from gongshi.config.town import live, read_stories
    from gongshi.config.town_calls import take_calls
    from gongshi.config.town_joint import bring_together
    from gongshi.config.town_sample import read_sample
    from gongshi.figures.jobs import tick_released
    from gongshi.notifications.models import OutboxRow

    file, spoken = folder / "filings.jsonl", folder / "instructions.txt"
    if not file.is_file():
        return
    instructions = spoken.read_text(encoding="utf-8").splitlines() if spoken.is_file() else []
    now = timezone.now()
    stories = read_stories(file, now)
    _write_older(directory, folder / "older.toml", stories, now)
    label = both("两个月的来件", "two months of filings")
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, TimeRemainingColumn()) as progress:
        task = progress.add_task(label, total=1.0)
        town = live(stories, now, lambda share: progress.update(task, completed=share), instructions, keys)
        progress.update(task, completed=1.0)
    if (folder / "notices.jsonl").is_file():
        announce_all(folder / "notices.jsonl", now)
    if (folder / "receptions.jsonl").is_file():
        announce_receptions(folder / "receptions.jsonl", now)
    take_calls(folder / "calls.toml", now)
    joint = bring_together(folder / "joint.toml", now)
    read_sample(now)
    change_all(folder / "settings.toml", now)
    while tick_released(now):
        pass
    for problem in town.passed_over:
        click.echo(f"  {problem}", err=True)
    # What was told weeks ago need not be told again: only the last two days' notices are written out.
    OutboxRow.objects.filter(created_at__lt=now - timedelta(days=2)).delete()
    shown = [{"reference": story.reference, "receipt": story.receipt} for story in _telling(stories)]
    shown += joint
    (directory / SHOWN).write_text(json.dumps(shown, indent=1), encoding="utf-8")


def _write_older(directory: Path, file: Path, stories: "list[Story]", now: datetime) -> None:
    """Cases of the months before the first story, all of them over, so that there are months to release figures of."""
    from gongshi.config.bench.load.filling import Load, fill
    from gongshi.config.bench.load.shape import built_in
    from gongshi.places.queries import local_day

    if not file.is_file() or not stories:
        return
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    until = local_day(stories[0].filed_at) - timedelta(days=1)
    shape = built_in()
    kinds = tuple(replace(kind, days=tuple(min(days, SLOWEST) for days in kind.days)) for kind in shape.kinds)
    load = Load(told["cases"], told["days"], SEED, replace(shape, kinds=kinds), now, until)
    with bar(both("更早的事项", "older cases"), load.cases) as done:
        fill(load, directory, processes=1, done=done)


def _telling(stories: "list[Story]") -> "list[Story]":
    """A few filings worth opening: in different stages, with a history; one to be erased; those told as such."""
    from gongshi.cases.models import Case
    from gongshi.places.queries import the_place

    found = {}
    by_reference = {story.reference: story for story in stories}
    wanted = ("answered", "handling", "waiting", "promised")
    told_in = Case.objects.filter(filing__language=the_place().language).select_related("filing")
    for stage in wanted:
        cases = told_in.filter(stage=stage).order_by("-seq")
        for case in cases[:20]:
            reference = case.filing.reference
            if reference in by_reference and reference not in found:
                found[reference] = by_reference[reference]
                break
    leaving = Case.objects.filter(erase_on__isnull=False).values_list("filing__reference", flat=True)
    told = list(found.values())[:SHOWN_FILINGS]
    told += [by_reference[reference] for reference in leaving[:1] if reference in by_reference]
    return told + [story for story in stories if story.told.get("shown") and story not in told]


def _signing_in() -> "list[Appointment]":
    """One person for each role, those with most to do first: the busiest office's, then the one above it."""
    from django.db.models import Count

    from gongshi.accounts.models import Appointment
    from gongshi.cases.models import Case

    waiting = Case.objects.filter(closed_at=None).values_list("office").annotate(n=Count("id"))
    load = dict(waiting)
    rows = list(Appointment.objects.filter(valid_to=None).select_related("staff", "office"))
    rows.sort(key=lambda row: (ROLES_SHOWN.index(row.role), -load.get(row.office_id, 0), row.staff.username))
    handlers = (row.office.above_id for row in rows if row.role == "handler" and row.office.above_id)
    supervising = next(handlers, None)
    first: dict[str, Appointment] = {}
    for row in rows:
        if row.role != "supervisor" or supervising in (None, row.office_id):
            first.setdefault(row.role, row)
    return list(first.values())


def _states(references: set[str], language: str) -> dict[str, str]:
    """What the first matter of each filing is about, and where it stands."""
    from gongshi.cases import engine
    from gongshi.cases.models import Case
    from gongshi.words import in_language

    found = {}
    for case in Case.objects.filter(filing__reference__in=references, number=1).select_related(
        "filing", "category"
    ):
        stage = engine.procedure_of(case).stages[case.stage]
        names = (in_language(words, language) for words in (case.category.name, stage.name))
        found[case.filing.reference] = " · ".join(names)
    return found


def described(host: str, port: int) -> str:
    """What to open and how to sign in, names in the place's own language."""
    from django.conf import settings

    from gongshi.accounts.queries import offices
    from gongshi.places.queries import the_place
    from gongshi.words import in_language

    address, own = f"http://{host}:{port}", the_place().language
    other = next(code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE)
    lines = [
        "",
        both("居民", "Residents") + f"   {address}/   {address}/{other}/",
        both("工作人员", "Staff") + f"   {address}/desk/",
    ]
    lines.append(both("密码", "Password") + f"   {settings.DEMO_PASSWORD}")
    for row in _signing_in():
        office = in_language(offices()[row.office_id].name, own)
        name = in_language(row.staff.name, own)
        lines.append(f"  {row.role:<14} {row.staff.username:<14} {name} · {office}")
    shown = Path(settings.INSTANCE) / SHOWN
    if shown.is_file():
        lines.append(both("打开一件来件试试", "Filings to open"))
        listed = json.loads(shown.read_text())
        states = _states({one["reference"] for one in listed}, own)
        lines += [
            f"  {one['reference']}   {one['receipt']}   {states.get(one['reference'], '')}".rstrip()
            for one in listed
        ]
    return "\n".join([*lines, ""])
