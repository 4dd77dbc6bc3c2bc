"""What an instance's own model costs a web worker: its memory after asking, with the model and without."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from gongshi.config.bench import clients, intake, server, world
from gongshi.config.bench.conditions import Conditions

TEXT = "门口的路灯坏了半个月，晚上看不见路。另外，楼下的垃圾桶三天没有人清，苍蝇乱飞。"
ASKED = 20
"""How often each worker suggests categories before its memory is read."""


def figures(conditions: Conditions) -> dict[str, Any]:
    """In megabytes (resident, shared pages counted), of the largest worker; with the demo pack's model.

    In a process of its own, as a process enters one instance once and other benches have theirs.
    """
    engine = "postgres" if conditions.postgres else "sqlite"
    done = subprocess.run(
        [sys.executable, "-m", "gongshi.config.bench.own_model", engine, str(conditions.workers)],
        env={name: value for name, value in os.environ.items() if not name.startswith("GONGSHI_")},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    return found


def _measured(*, postgres: bool, workers: int) -> dict[str, Any]:
    with world.instance(postgres=postgres) as directory:
        from django.utils import timezone

        from gongshi.cases.learning import learn_again
        from gongshi.routing.own_model import own_model

        without = _after_asking(directory, workers)
        learn_again(at=timezone.now())
        model = own_model()
        assert model is not None
        return {
            "worker_megabytes": _after_asking(directory, workers),
            "worker_megabytes_without": without,
            "ngrams": model.size,
            "labels": len(model.labels),
        }


def _after_asking(directory: Path, workers: int) -> float:
    with world.served(directory, workers=workers) as served:
        connections = clients.spread(
            served.port,
            clients.get(server.WORKER, host=served.host),
            clients=workers,
            workers=workers,
        )
        for one in connections:
            for _ in range(ASKED):
                status, _, body = one.send(_request(served))
                if status != 200 or b'name="category-1"' not in body:
                    raise RuntimeError(f"no category was suggested: {status}")
            one.close()
        return max(served.worker_memory())


def _request(served: world.World) -> bytes:
    from django.utils import timezone

    from gongshi.cases.intake.draft import Matter, new_draft

    draft = new_draft(timezone.now())
    draft.door, draft.matters = "write", [Matter(text=TEXT, area="none")]
    token = intake.csrf_token()
    fields = {**dict(draft.pairs()), "page": "text", "go": "next"}
    return clients.post("/file/", fields, host=served.host, cookies=f"csrftoken={token}", token=token)


if __name__ == "__main__":
    print(json.dumps(_measured(postgres=sys.argv[1] == "postgres", workers=int(sys.argv[2]))))
