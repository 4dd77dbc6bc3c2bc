"""Log lines that may be kept: where something went wrong, never what anybody wrote or which filing it was.

Messages of errors can quote what was typed, and addresses name filings; neither is printed. What is left is enough to
find the place in the program: the kind of every error in the chain, and file, line and function of every step.
"""

import logging
from collections.abc import Iterator
from traceback import extract_tb
from types import TracebackType
from typing import Any

from gongshi.web.middleware import route_of

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None


class QuietLines(logging.Formatter):
    """One line for each event; errors without their messages, requests as the name of their route."""

    def format(self, record: logging.LogRecord) -> str:
        """A record that carries a request is told by its status and route alone."""
        # Another handler may have written the whole error into the record already.
        fields: dict[str, Any] = {**record.__dict__, "exc_text": None, "stack_info": None}
        request = fields.get("request")
        if request is not None:
            fields |= {"msg": f"{fields.get('status_code', 500)} {route_of(request)}", "args": ()}
        return super().format(logging.makeLogRecord(fields))

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 (the name is logging's)
        """Every error of the chain, the outermost first: its kind and its steps, without its message."""
        return "\n".join(_steps(ei[1] if ei else None))


def _steps(error: BaseException | None) -> Iterator[str]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield type(error).__name__
        for step in extract_tb(error.__traceback__):
            yield f"  {step.filename}:{step.lineno} {step.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
