"""Log lines that may be kept: where something went wrong, never what anybody wrote or which filing it was.

Messages of errors can quote what was typed, and addresses name filings; neither is printed. What is left is enough to
find the place in the program: the kind of every error in the chain, and file, line and function of every step.
"""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from traceback import extract_tb
from types import TracebackType
from typing import Any

from gongshi.web.middleware import route_of

OWN = "gongshi"
_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None


def tell_all() -> None:
    """From now on the log has what went well, too: for a process that runs by itself and is watched through its log."""
    logging.getLogger(OWN).setLevel(logging.INFO)


class QuietLines(logging.Formatter):
    """One line for each event; errors without their messages, requests as the name of their route."""

    def format(self, record: logging.LogRecord) -> str:
        """A record that carries a request is told by its status and route alone."""
        return super().format(_quiet(record))

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 (the name is logging's)
        """Every error of the chain, the outermost first: its kind and its steps, without its message."""
        return "\n".join(
            line for kind, steps in _chain(ei) for line in (kind, *(f"  {step}" for step in steps))
        )


class JsonLines(logging.Formatter):
    """The same as one JSON object a line: ``at``, ``level``, ``logger``, ``event``; ``facts`` of an answer; ``errors``.

    ``at`` is UTC. ``facts`` come from the program's own words alone (``extra={"facts": {...}}``), never from a request.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever stands in the message."""
        quiet = _quiet(record)
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(quiet.created, UTC).isoformat(timespec="milliseconds"),
            "level": quiet.levelname,
            "logger": quiet.name,
            "event": quiet.getMessage(),
        }
        told |= getattr(quiet, "facts", {})
        if quiet.exc_info:
            told["errors"] = [{"kind": kind, "steps": steps} for kind, steps in _chain(quiet.exc_info)]
        return json.dumps(told, ensure_ascii=False)


def _quiet(record: logging.LogRecord) -> logging.LogRecord:
    # Another handler may have written the whole error into the record already.
    fields: dict[str, Any] = {**record.__dict__, "exc_text": None, "stack_info": None}
    request = fields.get("request")
    if request is not None:
        fields |= {"msg": f"{fields.get('status_code', 500)} {route_of(request)}", "args": ()}
    elif not record.name.startswith(OWN):
        # Libraries put paths and values into their sentences; the sentence itself names the event.
        fields |= {"msg": str(record.msg), "args": ()}
    return logging.makeLogRecord(fields)


def _chain(raised: _Raised) -> Iterator[tuple[str, list[str]]]:
    error = raised[1] if raised else None
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        steps = extract_tb(error.__traceback__)
        yield type(error).__name__, [f"{step.filename}:{step.lineno} {step.name}" for step in steps]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
