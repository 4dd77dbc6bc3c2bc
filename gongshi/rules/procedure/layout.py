"""Where everything of a procedure's drawing goes: one column of stages, and beside it lanes for the other ways.

The main way stands on top, joined by straight arrows; then what lies beside it, then the other ends. Every stage that
is reached otherwise has one lane to its right, like a bus line: whatever leads there joins that lane. Lanes whose
stretches do not overlap share a place (a greedy colouring of intervals), so the drawing stays 320 wide. Moves are
numbered where they leave; moves possible from every open stage are told in words and not drawn.
"""

from dataclasses import dataclass, field

from gongshi.rules.procedure.model import Move, Procedure

WIDTH = 320
MARGIN = 8
LANE = 11
PORT = 20
LINE = 17
GAP = 36
NARROWEST = 205
ALWAYS_OPEN = frozenset({"escalate", "withdraw"})


@dataclass(slots=True)
class Box:
    """A stage: its place, its lines of text, the moves that stay in it, and where its lanes leave and arrive."""

    code: str
    lines: list[str]
    top: int = 0
    height: int = 0
    stays: list[int] = field(default_factory=list)
    ports: list["Port"] = field(default_factory=list)

    @property
    def bottom(self) -> int:
        return self.top + self.height


@dataclass(slots=True)
class Port:
    """Where a lane touches a box: the lane's stage, and the numbers of the moves that leave here (none: arriving)."""

    lane: str
    numbers: list[int]
    y: int = 0


@dataclass(slots=True)
class Straight:
    """An arrow to the next box below, with the numbers of its moves."""

    source: str
    numbers: list[int]


@dataclass(slots=True)
class Layout:
    """Everything that is drawn. right: the right edge of the boxes; lanes: the x of each lane by its stage.

    width: 320, or more when there are so many lanes that no room would be left for words.
    """

    boxes: dict[str, Box]
    straights: list[Straight]
    lanes: dict[str, int]
    width: int
    right: int
    numbered: list[tuple[int, Move]]
    everywhere: list[Move]
    alone: list[Move]
    beside: int
    ends: int
    bottom: int


def layout(procedure: Procedure, texts: dict[str, list[str]]) -> Layout:
    """Place every stage and lane. texts: the lines that each stage shows, already broken."""
    order, beside, ends = _order(procedure)
    everywhere = [move for move in procedure.moves.values() if _everywhere(procedure, move)]
    alone = [move for move in procedure.moves.values() if move.effect == "leave"]
    aside = (*everywhere, *alone)
    numbered = list(enumerate((m for m in procedure.moves.values() if m not in aside), start=1))
    boxes = {code: Box(code, texts[code]) for code in order}
    straights = _join(procedure, boxes, numbered)
    tops = {group[0]: heading for heading, group in (("beside", beside), ("ends", ends)) if group}
    y, headings = MARGIN, {"beside": 0, "ends": 0}
    for code, box in boxes.items():
        if code in tops:
            headings[tops[code]] = y + LINE - 4
            y += LINE + 6
        y = _stand(box, y) + (GAP if any(one.source == code for one in straights) else 14)
    lanes, count = _lanes(boxes)
    beside_boxes = MARGIN + LANE * count + (4 if count else 0)
    right = max(WIDTH - beside_boxes, NARROWEST)
    places = {code: right + 8 + LANE * (lane + 1) - LANE // 2 for code, lane in lanes.items()}
    return Layout(
        boxes=boxes,
        straights=straights,
        lanes=places,
        width=right + beside_boxes,
        right=right,
        numbered=numbered,
        everywhere=everywhere,
        alone=alone,
        beside=headings["beside"],
        ends=headings["ends"],
        bottom=y,
    )


def _order(procedure: Procedure) -> tuple[list[str], list[str], list[str]]:
    """The main way, then the open stages beside it, then the other ends."""
    rest = [stage for stage in procedure.stages.values() if stage.code not in procedure.path]
    beside = [stage.code for stage in rest if not stage.end]
    ends = [stage.code for stage in rest if stage.end]
    return [*procedure.path, *beside, *ends], beside, ends


def _everywhere(procedure: Procedure, move: Move) -> bool:
    """Whether the resident can make the move from every open stage but the one it leads to."""
    open_stages = {code for code, stage in procedure.stages.items() if not stage.end}
    return move.effect in ALWAYS_OPEN and open_stages - {move.to} <= move.sources


def _join(procedure: Procedure, boxes: dict[str, Box], numbered: list[tuple[int, Move]]) -> list[Straight]:
    """Give every move its place: straight down, staying, or by the lane of the stage it leads to."""
    below = dict(zip(procedure.path, procedure.path[1:], strict=False))
    straights: dict[str, Straight] = {}
    leaving: dict[tuple[str, str], list[int]] = {}
    for number, move in numbered:
        for source, box in boxes.items():
            if source not in move.sources:
                continue
            target = move.target(source)
            if target == source:
                box.stays.append(number)
            elif below.get(source) == target:
                straights.setdefault(source, Straight(source, [])).numbers.append(number)
            else:
                leaving.setdefault((source, target), []).append(number)
    for code, box in boxes.items():
        if any(target == code for _, target in leaving):
            box.ports.append(Port(code, []))
        box.ports += [Port(target, n) for (source, target), n in leaving.items() if source == code]
    return list(straights.values())


def _stand(box: Box, y: int) -> int:
    """Put a box at ``y``, as high as its text and its ports need; gives its lower edge."""
    rows = len(box.lines) + bool(box.stays)
    box.top = y
    box.height = max(LINE * rows + 16, PORT * len(box.ports) + 8)
    first = y + (box.height - PORT * len(box.ports)) // 2 + PORT // 2
    for place, port in enumerate(box.ports):
        port.y = first + PORT * place
    return box.bottom


def _lanes(boxes: dict[str, Box]) -> tuple[dict[str, int], int]:
    """A lane for every stage that has one, the shortest stretches innermost; and how many lanes there are."""
    stretch: dict[str, tuple[int, int]] = {}
    for box in boxes.values():
        for port in box.ports:
            low, high = stretch.get(port.lane, (port.y, port.y))
            stretch[port.lane] = (min(low, port.y), max(high, port.y))
    taken: list[list[tuple[int, int]]] = []
    lanes = {}
    for code, (low, high) in sorted(stretch.items(), key=lambda item: item[1][1] - item[1][0]):
        free = (at for at, others in enumerate(taken) if all(high < a - 6 or b + 6 < low for a, b in others))
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        lanes[code] = lane
    return lanes, len(taken)
