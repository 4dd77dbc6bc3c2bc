"""A tiny program behind the real server, for tests of the server: ``python -m tests.serving PORT FOLDER``.

What the folder's ``version`` says when the program is loaded, ``/version`` answers; ``broken`` in it keeps the program
from starting; ``/hold`` answers once ``go`` is there.
"""

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gongshi.config import server
from gongshi.config.server import Parent, ServerOptions
from gongshi.safekeeping.limits import attempt_at


def load(folder: Path) -> Any:
    """The program; raises when it is broken."""
    if (folder / "broken").exists():
        raise RuntimeError("broken")
    version = (folder / "version").read_text()

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        said = {"/version": version, "/pid": str(os.getpid())}.get(path, "")
        if path == "/guess":
            said = str(attempt_at("opening", environ).wait)
        if path == "/hold":
            (folder / "held").touch()
            while not (folder / "go").exists():
                time.sleep(0.01)
            said = "held"
        body = said.encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    return answer


def main(port: int, folder: Path, check: bool) -> None:
    """Serve; ``STOP`` in the environment shortens how long a stop may take."""
    if check:
        load(folder)
        return
    server.STOP_SECONDS = float(os.environ.get("STOP", "30"))
    again = [sys.executable, "-m", "tests.serving", str(port), str(folder)]
    Parent(ServerOptions(port=port), lambda: load(folder), again).run(ready=(folder / "ready").touch)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), "--check" in sys.argv)
