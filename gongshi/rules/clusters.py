"""How points are put together on a map: cells fixed to the earth, as wide as a marker at the zoom that is shown.

Zooms are those of web maps: at zoom z the whole earth is 256 * 2**z pixels wide (spherical Mercator, EPSG:3857), so
that one pixel measures the same in degrees of longitude everywhere, and one in latitude by the cosine of it. See
docs/rules/clusters.md.
"""

import math
from dataclasses import dataclass
from typing import Self

NEAREST, FARTHEST = 18, 4
MOST_CELLS = 400
"""Above this the cells are made larger, so that an answer has a largest size whatever the window."""
_PIXELS = 64


@dataclass(frozen=True)
class Box:
    """A part of the map between two parallels and two meridians, in WGS 84 degrees."""

    south: float
    west: float
    north: float
    east: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "south,west,north,east". Raises ValueError for anything else, and for what lies off the earth."""
        parts = text.split(",")
        if len(parts) != 4 or len(text) > 120:
            raise ValueError("a box is south,west,north,east")
        south, west, north, east = (float(part) for part in parts)
        if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
            raise ValueError("a box lies on the earth, south of its north and west of its east")
        return cls(south, west, north, east)

    def __str__(self) -> str:
        return ",".join(f"{degrees:.6f}" for degrees in (self.south, self.west, self.north, self.east))

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies in it or on its edge."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


@dataclass(frozen=True)
class Cells:
    """A grid of cells ``height`` by ``width`` degrees, counted from the south-west corner of the earth."""

    height: float
    width: float

    def within(self, box: Box) -> int:
        """How many cells a box touches at most."""
        up = math.floor((box.north + 90) / self.height) - math.floor((box.south + 90) / self.height) + 1
        aside = math.floor((box.east + 180) / self.width) - math.floor((box.west + 180) / self.width) + 1
        return up * aside


def cells_for(box: Box, zoom: int, latitude: float) -> Cells:
    """The cells of a view at a zoom (kept within `FARTHEST` and `NEAREST`), about square at ``latitude``.

    They depend on the zoom and on the place's latitude alone and never on where the view lies: who pans sees the same
    clusters move. Only a box that would hold more than `MOST_CELLS` gets cells twice as large, and twice again.
    """
    kept = min(max(zoom, FARTHEST), NEAREST)
    width = 360 * _PIXELS / (256 * 2.0**kept)
    flat = max(math.cos(math.radians(latitude)), 0.05)
    cells = Cells(width * flat, width)
    while cells.within(box) > MOST_CELLS:
        cells = Cells(cells.height * 2, cells.width * 2)
    return cells


def zoom_for(box: Box, pixels: int) -> int:
    """The nearest zoom at which a box is no wider and, roughly, no higher than ``pixels``."""
    middle = max(math.cos(math.radians((box.south + box.north) / 2)), 0.05)
    widest = max(box.east - box.west, (box.north - box.south) / middle)
    return min(max(math.floor(math.log2(360 * pixels / (256 * widest))), FARTHEST), NEAREST)
