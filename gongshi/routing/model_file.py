"""A model as bytes and back: numpy's own archive of plain arrays and a header in JSON. Nothing in it can be run."""

import json
import zipfile
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongshi.rules.suggestion.model import Model, View
from gongshi.rules.suggestion.ngrams import SIZES, Ngrams

KIND = "gongshi-suggestion-1"
LARGEST = 64_000_000
"""Bytes that a model's arrays may have together."""
_LONGER = tuple(f"longer_{size}" for size in range(2, SIZES + 1))
_OF_VIEW = {"characters": "i4", "rarity": "f4", "weights": "f2"} | dict.fromkeys(_LONGER, "i8")

_Arrays = dict[str, NDArray[Any]]


class ModelRefused(ValueError):
    """The bytes are no model of this kind; the argument says what is wrong, a code."""


def packed(model: Model) -> bytes:
    """The model as bytes. Weights are rounded to 16 bits."""
    header = {
        "kind": KIND,
        "labels": model.labels,
        "lengths": [view.length for view in model.views],
        "sharpness": model.sharpness,
        "certainty": model.certainty,
        "sure_from": model.sure_from,
        "about": model.about,
    }
    arrays: _Arrays = {
        "header": np.frombuffer(json.dumps(header, ensure_ascii=False).encode(), np.uint8),
        "bias": model.bias.astype("f4"),
    }
    for number, view in enumerate(model.views):
        parts: _Arrays = {
            "characters": view.ngrams.characters,
            "rarity": view.rarity,
            "weights": view.weights,
            **dict(zip(_LONGER, view.ngrams.longer, strict=True)),
        }
        arrays |= {f"{number}_{name}": parts[name].astype(kind) for name, kind in _OF_VIEW.items()}
    out = BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]  # its own option stands among the names
    return out.getvalue()


def unpacked(data: bytes) -> Model:
    """The model that ``packed`` wrote. Raises ModelRefused for anything else, and for what is too large."""
    arrays = _read(data)
    try:
        header = json.loads(arrays["header"].tobytes())
        model = Model(
            labels=tuple(header["labels"]),
            views=tuple(_view(arrays, number, length) for number, length in enumerate(header["lengths"])),
            bias=_of_kind(arrays["bias"], "f4"),
            sharpness=float(header["sharpness"]),
            certainty=tuple(tuple(map(float, points)) for points in header["certainty"]),  # type: ignore[arg-type]
            sure_from=float(header["sure_from"]),
            about=dict(header["about"]),
        )
        fits = header["kind"] == KIND and _fits(model)
    except ModelRefused:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as fault:
        raise ModelRefused("header") from fault
    if not fits:
        raise ModelRefused("contents")
    return model


def _read(data: bytes) -> _Arrays:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST:
                raise ModelRefused("too_large")
        with np.load(BytesIO(data), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except ModelRefused:
        raise
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, NotImplementedError) as fault:
        raise ModelRefused("no_model") from fault


def _view(arrays: _Arrays, number: int, length: int | None) -> View:
    parts = {name: _of_kind(arrays[f"{number}_{name}"], kind) for name, kind in _OF_VIEW.items()}
    return View(
        length=None if length is None else int(length),
        ngrams=Ngrams(parts["characters"].astype(np.int64), tuple(parts[name] for name in _LONGER)),
        rarity=parts["rarity"],
        weights=parts["weights"],
    )


def _of_kind(array: NDArray[Any], kind: str) -> NDArray[Any]:
    if array.dtype != np.dtype(kind):
        raise ModelRefused("contents")
    return array


def _fits(model: Model) -> bool:
    """Whether every part has its size and every number is one."""
    known, likely = (np.asarray(points) for points in model.certainty)
    return (
        len(model.labels) >= 2
        and all(isinstance(label, str) for label in model.labels)
        and model.bias.shape == (len(model.labels),)
        and all(_view_fits(view, len(model.labels)) for view in model.views)
        and known.shape == likely.shape
        and len(known) > 0
        and bool((np.diff(known) > 0).all() and (np.diff(likely) >= 0).all())
        and 0 <= likely[0] <= likely[-1] <= 1
        and np.isfinite([*model.bias, *known, model.sharpness, model.sure_from]).all().item()
    )


def _view_fits(view: View, labels: int) -> bool:
    """Whether every n-gram begins with one that is there, and has its numbers."""
    ngrams = view.ngrams
    alphabet = shorter = len(ngrams.characters)
    for keys in ngrams.longer:
        if len(keys) and not 0 <= keys.min() <= keys.max() < shorter * alphabet:
            return False
        shorter = len(keys)
    ordered = [ngrams.characters, *ngrams.longer]
    return (
        (view.length is None or view.length > 0)
        and all(keys.ndim == 1 and bool((np.diff(keys) > 0).all()) for keys in ordered)
        and (not alphabet or 0 < ngrams.characters[0] <= ngrams.characters[-1] < 0x110000)
        and view.rarity.shape == (len(ngrams),)
        and view.weights.shape == (len(ngrams), labels)
        and all(bool(np.isfinite(part).all()) for part in (view.rarity, view.weights))
    )
