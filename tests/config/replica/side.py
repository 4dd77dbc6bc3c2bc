"""One of two servers, told what to do line by line: ``python -m tests.config.replica.side DIR [DATABASE]``.

With a database it makes the main server in DIR, with the small town of `tests.cast`; without one it waits for a replica
to be made there. Each line of its input is ``[what, ...]`` as JSON, and answered by one line.
"""

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner


def gongshi(*arguments: str) -> dict[str, Any]:
    """A command of the program."""
    from gongshi.config.cli import main

    done = CliRunner().invoke(main, arguments)
    return {"code": done.exit_code, "said": done.output}


def get(path: str, method: str = "GET") -> dict[str, Any]:
    """What a visitor is answered."""
    from django.test import Client

    answer = Client(headers={"host": "127.0.0.1"}).generic(method, path, data=b"receipt=SECRET")
    content = b"".join(answer) if answer.streaming else answer.content
    return {"status": answer.status_code, "text": content.decode(), "to": answer.headers.get("Location", "")}


def rows(statement: str) -> list[Any]:
    """What the database answers."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [[str(value) for value in row] for row in cursor.fetchall()]


def run(statement: str) -> None:
    """Change the database past the program, as its owner may."""
    from django.db import connection

    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")
        cursor.execute(statement)
    connection.close()


def writes() -> str:
    """What happens to a page that would write."""
    from django.db import Error, connection

    connection.close()
    try:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE places_place SET revision = 0")
    except Error as error:
        return type(error.__cause__).__name__
    return "done"


def found(main: Path, database: str) -> dict[str, Callable[..., Any]]:
    """The main server, made; what else it can do."""
    from gongshi.config.instance import enter
    from gongshi.config.setup import make_instance

    values = {"base_url": "http://main.test", "host_names": ["127.0.0.1"], "time_zone": "Asia/Shanghai"}
    make_instance(main, {**values, "database": database})
    enter(main, founding=True)

    from gongshi.cases.actions import publication
    from gongshi.cases.drafts import PublicCopy
    from gongshi.config import stores
    from gongshi.figures.periods import Month
    from gongshi.figures.released.actions import release
    from tests.cast import NOW, build_town, case_of, lin_files, resident

    stores.lay()
    for alias in ("default", "wraps"):
        stores.migrate(alias)
    town, filed = build_town(), []

    def publish(words: str) -> str:
        filed.append(lin_files(town)[0])
        case, copy = case_of(filed[-1]), PublicCopy(words, words)
        consent = publication.give_consent(case, copy, actor=resident(filed[-1]), at=NOW)
        return str(publication.publish(consent.id, copy, actor=town.actor("su"), at=NOW).id)

    def take_back() -> None:
        case = case_of(filed[-1])
        publication.take_back_consent(case, actor=resident(filed[-1]), at=NOW)

    def figures() -> None:
        release(Month(2026, 3), today=date(2026, 5, 1))

    return {"publish": publish, "take_back": take_back, "figures": figures}


def main(directory: Path, database: str = "") -> None:
    """Do as told until there is nothing more."""
    doing: dict[str, Callable[..., Any]] = {"gongshi": gongshi, "get": get}
    doing |= {"rows": rows, "run": run, "writes": writes}
    if database:
        doing |= found(directory, database)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        what, *given = json.loads(line)
        print(json.dumps(doing[what](*given)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
