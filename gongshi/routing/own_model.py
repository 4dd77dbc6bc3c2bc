"""The model that this instance suggests categories with: a file in its folder, and the one before it to go back to.

No model, or one that cannot be read, is no fault of any page: then keywords alone are looked for.
"""

import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from gongshi.routing.model_file import ModelRefused, packed, unpacked
from gongshi.rules.suggestion import Model

NAME, BEFORE, _ASIDE, _REFUSED = "suggester.model", "suggester.before", "suggester.aside", "suggester.refused"
logger = logging.getLogger(__name__)


def _file(name: str) -> Path:
    return Path(settings.INSTANCE) / name


@dataclass
class _Kept:
    """What was read last, and of which file: its time, size and number."""

    stamp: tuple[int, int, int] | None = None
    model: Model | None = None


_kept = _Kept()


def own_model() -> Model | None:
    """The model in use, read again when its file is another; None without one that can be read."""
    try:
        there = _file(NAME).stat()
    except OSError:
        _kept.stamp = _kept.model = None
        return None
    stamp = (there.st_mtime_ns, there.st_size, there.st_ino)
    if stamp != _kept.stamp:
        _kept.stamp, _kept.model = stamp, _read(NAME)
    return _kept.model


def model_before() -> Model | None:
    """The model that was in use before; None without one that can be read."""
    return _read(BEFORE) if _file(BEFORE).exists() else None


def _read(name: str) -> Model | None:
    try:
        return unpacked(_file(name).read_bytes())
    except (OSError, ModelRefused) as fault:
        logger.error("%s cannot be used: %s", name, fault)
        return None


def put_in_use(model: Model) -> None:
    """Write the model; the one that was in use is kept to go back to. Whoever reads meanwhile gets either, whole."""
    data, aside, now = packed(model), _file(_ASIDE), _file(NAME)
    with aside.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    with suppress(FileNotFoundError):
        _file(BEFORE).unlink()
    if now.exists():
        os.link(now, _file(BEFORE))
    aside.replace(now)


def go_back() -> bool:
    """Use the model from before, and keep the present one to go back to; False where there is none.

    What the present one was made from is not learnt from again by itself (`was_refused`).
    """
    now, before, aside = _file(NAME), _file(BEFORE), _file(_ASIDE)
    present = own_model()
    if model_before() is None:
        return False
    with suppress(FileNotFoundError):
        aside.unlink()
    if now.exists():
        os.link(now, aside)
    before.replace(now)
    if aside.exists():
        aside.replace(before)
    _file(_REFUSED).write_text(str(present.about.get("mark", "")) if present else "", encoding="utf-8")
    return True


def was_refused(mark: str) -> bool:
    """Whether an administrator went back from a model that was made from just this."""
    try:
        return bool(mark) and _file(_REFUSED).read_text(encoding="utf-8") == mark
    except OSError:
        return False
