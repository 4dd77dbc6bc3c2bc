"""The map of published cases without script: outlines of areas in bands of how many there are. No tiles either."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString

from gongshi.cases.clustered import Cluster
from gongshi.places.queries import AreaNode, areas, boundaries
from gongshi.places.snapshots import Snapshot
from gongshi.rules.clusters import Box
from gongshi.rules.geometry import OutlineMap, outline_svg_paths
from gongshi.web.public.openly.reading import public_areas

WIDTH = 480
TALLEST = 560
# From how many cases on an area is drawn darker, and how dark. The words for a band are made from these numbers.
BANDS = ((1, 0.14), (5, 0.3), (10, 0.45), (20, 0.6))


@dataclass(frozen=True)
class Band:
    """One shade of the map and the numbers that it stands for; ``most`` is None for the last."""

    least: int
    most: int | None
    opacity: float


@dataclass(frozen=True)
class Shape:
    """One area as it is drawn."""

    node: AreaNode
    path: SafeString
    label: tuple[float, float]
    cases: int
    opacity: float
    chosen: bool


@dataclass(frozen=True)
class Dot:
    """A snapped point as it is drawn."""

    x: float
    y: float
    radius: float
    cases: int


@dataclass(frozen=True)
class CaseMap:
    """The drawing: areas first, dots above them. ``elsewhere``: cases that no drawn area holds."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    dots: tuple[Dot, ...]
    bands: tuple[Band, ...]

    @property
    def drawn_dots(self) -> SafeString:
        """The dots, of which there are hundreds, without a template for each."""
        return SafeString("".join(map(_drawn, self.dots)))


def _drawn(dot: Dot) -> str:
    place = f'cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{dot.radius:.1f}"'
    return f'<circle {place} fill="#b3312c" stroke="#fff" stroke-width="1"/>'


def bands() -> tuple[Band, ...]:
    """The shades from none to most."""
    starts = [(0, 0.0), *BANDS]
    ends = [start - 1 for start, _ in starts[1:]]
    return tuple(Band(least, most, dark) for (least, dark), most in zip(starts, [*ends, None], strict=True))


def lowest() -> dict[UUID, dict[str, Any]]:
    """Boundaries of the level just above the smallest: what a published case names at most."""
    named = public_areas()
    rank = max((node.rank for node in named), default=0)
    drawn = boundaries()
    return {node.id: drawn[node.id] for node in named if node.rank == rank and node.id in drawn}


def whole(drawn: OutlineMap[UUID]) -> Box:
    """What the drawing shows."""
    south, east = drawn.locate(drawn.width, drawn.height)
    return Box(south, drawn.west, drawn.north, east)


def _outlines() -> OutlineMap[UUID]:
    return outline_svg_paths(lowest(), WIDTH, tallest=TALLEST)


outlines = Snapshot(_outlines)


def case_map(counts: Mapping[UUID, int], spots: Iterable[Cluster], chosen: AreaNode | None) -> CaseMap | None:
    """The map with these numbers; None where the place has no boundaries."""
    drawn = outlines()
    if not drawn.outlines:
        return None
    shades = bands()
    shapes = []
    for line in drawn.outlines:
        node, n = areas()[line.key], counts.get(line.key, 0)
        shade = next(band for band in reversed(shades) if n >= band.least)
        inside = chosen is not None and chosen.id in node.path
        # Numbers and letters that the program made: nothing to escape in thousands of them.
        shapes.append(Shape(node, SafeString(line.path), line.label, n, shade.opacity, inside))
    shapes.sort(key=lambda shape: shape.chosen)  # what is drawn last keeps its whole outline
    dots = tuple(_dot(spot, drawn) for spot in spots)
    return CaseMap(drawn.width, drawn.height, tuple(shapes), dots, shades)


def _dot(spot: Cluster, drawn: OutlineMap[UUID]) -> Dot:
    x, y = drawn.project(spot.latitude, spot.longitude)
    return Dot(round(x, 1), round(y, 1), round(min(3 + spot.cases**0.5, 9), 1), spot.cases)
