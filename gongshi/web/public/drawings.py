"""Drawings of procedures and timelines: our own SVG, made from the program's texts and the pack's, escaped there."""

from django.utils.safestring import SafeString, mark_safe

from gongshi.rules.calendar import Calendar
from gongshi.rules.procedure import Procedure, diagram
from gongshi.rules.timeline import Timeline
from gongshi.rules.timeline import drawing as timeline_as_svg


def drawing(procedure: Procedure, language: str) -> SafeString:
    """A procedure as inline SVG; `diagram` escapes every text that it writes."""
    return mark_safe(diagram(procedure, language))  # noqa: S308 (escaped in rules.procedure.diagram)


def timeline_drawing(timeline: Timeline, calendar: Calendar, language: str) -> SafeString:
    """A timeline as inline SVG; its module escapes every text that it writes."""
    return mark_safe(timeline_as_svg(timeline, calendar, language))  # noqa: S308 (escaped in rules.timeline.drawing)
