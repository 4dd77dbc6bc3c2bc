"""The drawings of procedures: our own SVG, made from the program's texts and the pack's, escaped where it is made."""

from django.utils.safestring import SafeString, mark_safe

from gongshi.rules.procedure import Procedure, diagram


def drawing(procedure: Procedure, language: str) -> SafeString:
    """A procedure as inline SVG; `diagram` escapes every text that it writes."""
    return mark_safe(diagram(procedure, language))  # noqa: S308 (escaped in rules.procedure.diagram)
