"""The whole procedure as one drawing: an SVG made on the server, without script, style attributes or outside fonts.

It is drawn in the text's own colour, so that it fits light and dark pages; classes are there for a page to colour it.
A description in words says everything that is drawn, for those who do not see it.
"""

from html import escape

from gongshi.rules.procedure.layout import LINE, MARGIN, Box, Layout, layout
from gongshi.rules.procedure.lettering import broken
from gongshi.rules.procedure.model import ABOVE, ClockRule, Move, Procedure, Words

ROLES: dict[str, Words] = {
    "resident": {"zh": "您", "en": "you"},
    "office": {"zh": "承办单位", "en": "the office"},
    "supervisor": {"zh": "督办的上级", "en": "a supervisor"},
    "above": {"zh": "上一级", "en": "the level above"},
    "above_2": {"zh": "上两级", "en": "two levels above"},
    "above_3": {"zh": "上三级", "en": "three levels above"},
    "above_4": {"zh": "上四级", "en": "four levels above"},
    "system": {"zh": "到期自动", "en": "by itself, when time is up"},
    "nobody": {"zh": "结束", "en": "an end"},
}
_TEXTS: dict[str, Words] = {
    "here": {"zh": "▶ 您在这里", "en": "▶ You are here"},
    "marked": {"zh": "（您在这里）", "en": " (you are here)"},
    "beside": {"zh": "主线之外", "en": "Beside the main way"},
    "ends": {"zh": "其他结束", "en": "Other ends"},
    "working": {"zh": "{n}个工作日", "en": "{n} working day{s}"},
    "calendar": {"zh": "{n}天", "en": "{n} day{s}"},
    "promise": {"zh": "承诺的天数", "en": "the promised days"},
    "given": {"zh": "答应的日期", "en": "the date given"},
    "everywhere": {"zh": "未结束时随时可以：", "en": "At any time until the end:"},
    "alone": {"zh": "这里没有上一级可找时：", "en": "Where nobody here is above:"},
    "moves": {"zh": "图中的数字：", "en": "The numbers:"},
    "from": {"zh": "{stage}：由{holder}负责。", "en": "{stage}: {holder} must act. "},
    "end": {"zh": "{stage}：结束。", "en": "{stage}: an end. "},
    "to": {"zh": "{by}“{move}”到“{target}”；", "en": "{by}: '{move}' leads to '{target}'; "},
    "back": {"zh": "{by}“{move}”，回到撤回前的环节；", "en": "{by}: '{move}', back to where it stood; "},
    "stay": {"zh": "{by}“{move}”，不换环节；", "en": "{by}: '{move}', in the same stage; "},
}
assert set(ABOVE) < set(ROLES)
INNER = 178  # how wide the text in a box may be, beside its numbers


def diagram(procedure: Procedure, language: str, here: str | None = None) -> str:
    """An SVG of ``procedure`` in ``language`` ("zh" or "en"), with the stage ``here`` marked.

    320 units wide (more only for very many ways); sized by the page. Raises KeyError for an unknown language or stage.
    """
    if here is not None:
        here = procedure.stages[here].code
    return _Drawing(procedure, language, here).svg()


class _Drawing:
    def __init__(self, procedure: Procedure, language: str, here: str | None) -> None:
        self._procedure = procedure
        self._language = language
        self._here = here
        self._parts: list[str] = []
        texts = {code: self._lines(code, INNER) for code in procedure.stages}
        self._layout: Layout = layout(procedure, texts)

    def svg(self) -> str:
        plan, name = self._layout, f"procedure-{self._procedure.code}"
        for heading in ("beside", "ends"):
            if y := getattr(plan, heading):
                self._text(MARGIN, y, self._say(heading), "heading")
        self._draw_lanes()
        for box in plan.boxes.values():
            self._draw_box(box)
        self._draw_straights()
        bottom = self._draw_key(plan.bottom + 10)
        title = escape(self._procedure.name[self._language])
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="procedure" viewBox="0 0 {plan.width} {bottom}" '
            f'width="{plan.width}" height="{bottom}" role="img" lang="{"en" if self._language == "en" else "zh-Hans"}" '
            f'aria-labelledby="{name}-title {name}-desc" font-size="13" font-family="sans-serif" '
            'fill="currentColor" stroke-width="1.2">'
            f'<title id="{name}-title">{title}</title><desc id="{name}-desc">{escape(self._described())}</desc>'
        )
        return head + "".join(self._parts) + "</svg>"

    def _say(self, key: str, **values: object) -> str:
        return _TEXTS[key][self._language].format(**values)

    def _lines(self, code: str, width: int) -> list[str]:
        """What a stage's box says: its name, that the case is here, who must act and by when."""
        stage = self._procedure.stages[code]
        lines = broken(stage.name[self._language], width, 14)
        if code == self._here:
            lines.append(self._say("here"))
        if not stage.end:
            lines += broken(ROLES[stage.holder][self._language], width, 12)
            for clock in self._procedure.clocks.values():
                if (
                    code in clock.runs_in
                    and clock.waits_for == stage.holder
                    and not clock.starts_on - {"promise"}
                ):
                    lines += broken(f"{clock.name[self._language]} · {self._length(clock)}", width, 12)
        return lines

    def _length(self, clock: ClockRule) -> str:
        if isinstance(clock.days, int):
            return self._say(clock.counting, n=clock.days, s="" if clock.days == 1 else "s")
        return self._say(clock.days)

    def _add(self, tag: str, kind: str, text: str = "", /, **values: object) -> None:
        """One element of class ``procedure-KIND``; values become attributes, those that are None are left out."""
        attributes = "".join(
            f' {name.replace("_", "-")}="{value:g}"'
            if isinstance(value, float)
            else f' {name.replace("_", "-")}="{value}"'
            for name, value in values.items()
            if value is not None
        )
        self._parts.append(f'<{tag} class="procedure-{kind}"{attributes}>{escape(text)}</{tag}>')

    def _text(self, x: float, y: float, text: str, kind: str, **values: object) -> None:
        self._add("text", kind, text, x=x, y=y, **{"font_size": 12, **values})

    def _path(self, points: str, kind: str) -> None:
        self._add("path", kind, d=points, fill="none", stroke="currentColor")

    def _draw_box(self, box: Box) -> None:
        stage = self._procedure.stages[box.code]
        kind = "here" if box.code == self._here else "end" if stage.end else "stage"
        width, radius = self._layout.right - MARGIN, 14 if stage.end else 4
        place = {"x": MARGIN, "y": box.top, "width": width, "height": box.height, "rx": radius}
        thick = 3 if kind == "here" else None
        self._add("rect", kind, **place, fill="none", stroke="currentColor", stroke_width=thick)
        name = len(broken(stage.name[self._language], INNER, 14))
        for row, line in enumerate(box.lines):
            bold = row < name or (row == name and kind == "here")
            style = {"font_size": 14 if row < name else 12, "font_weight": "bold" if bold else None}
            self._text(MARGIN + 10, box.top + 20 + LINE * row, line, "name" if bold else "detail", **style)
        for at, number in enumerate(box.stays):
            self._badge(MARGIN + 18 + 19 * at, box.top + 15 + LINE * len(box.lines) + 2, number)
        for port in box.ports:
            for at, number in enumerate(port.numbers):
                self._badge(self._layout.right - 19 * at, port.y, number)

    def _badge(self, x: float, y: float, number: int) -> None:
        self._add("circle", "badge", cx=x, cy=y, r=8.5, fill="Canvas", stroke="currentColor")
        style = {"font_size": 10, "text_anchor": "middle", "fill": "CanvasText"}
        self._text(x, y + 3.5, str(number), "number", **style)

    def _draw_lanes(self) -> None:
        """Each lane from its furthest joining to its furthest, with an arrow into its stage."""
        right = self._layout.right
        for code, x in self._layout.lanes.items():
            ports = [p for box in self._layout.boxes.values() for p in box.ports if p.lane == code]
            low, high = min(p.y for p in ports), max(p.y for p in ports)
            self._path(f"M{x} {low}V{high}", "lane")
            for port in ports:
                self._path(f"M{right} {port.y}H{x}", "lane")
                if not port.numbers:
                    self._arrow(f"{right + 1},{port.y} {right + 8},{port.y - 4} {right + 8},{port.y + 4}")

    def _arrow(self, points: str) -> None:
        self._add("polygon", "arrow", points=points)

    def _draw_straights(self) -> None:
        x = MARGIN + 40
        boxes = list(self._layout.boxes.values())
        for one in self._layout.straights:
            at = next(place for place, box in enumerate(boxes) if box.code == one.source)
            top, bottom = boxes[at].bottom, boxes[at + 1].top
            self._path(f"M{x} {top}V{bottom - 2}", "way")
            self._arrow(f"{x},{bottom - 1} {x - 4},{bottom - 8} {x + 4},{bottom - 8}")
            for place, number in enumerate(one.numbers):
                self._badge(x + 18 + 19 * place, (top + bottom) / 2, number)

    def _draw_key(self, y: int) -> int:
        """What the numbers mean, and what is possible at any time."""
        if self._layout.numbered:
            self._text(MARGIN, y + 8, self._say("moves"), "heading")
            y += 20
        for number, move in self._layout.numbered:
            self._badge(MARGIN + 9, y + 4, number)
            for line in broken(f"{move.name[self._language]} · {self._by(move)}", 275, 12):
                self._text(MARGIN + 24, y + 8, line, "detail")
                y += LINE
            y += 4
        y = self._draw_apart("everywhere", self._layout.everywhere, y)
        return self._draw_apart("alone", self._layout.alone, y) + MARGIN

    def _draw_apart(self, heading: str, moves: list[Move], y: int) -> int:
        """Moves that would need a line from nearly every stage, in words."""
        if moves:
            y += 6
            self._text(MARGIN, y + 8, self._say(heading), "heading")
            y += 20
        for move in moves:
            target = self._procedure.stages[move.to].name[self._language]
            for line in broken(f"{move.name[self._language]} → {target}", 295, 12):
                self._text(MARGIN + 9, y + 8, line, "detail")
                y += LINE
        return y

    def _by(self, move: Move) -> str:
        return ("、" if self._language == "zh" else ", ").join(
            ROLES[role][self._language] for role in move.by
        )

    def _described(self) -> str:
        """The drawing in words, stage by stage."""
        told = []
        for code in self._layout.boxes:
            stage = self._procedure.stages[code]
            name = stage.name[self._language]
            mark = self._say("marked") if code == self._here else ""
            holder = ROLES[stage.holder][self._language]
            told.append(self._say("end" if stage.end else "from", stage=name + mark, holder=holder))
            for move in self._procedure.moves_from(code):
                target = self._procedure.stages[move.target(code)].name[self._language]
                key = "stay" if move.target(code) == code else "to"
                key = "back" if move.effect == "restore" else key
                named = {"by": self._by(move), "move": move.name[self._language], "target": target}
                told.append(self._say(key, **named))
        return "".join(told)
