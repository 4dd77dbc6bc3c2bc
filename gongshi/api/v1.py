"""Version 1 of the API. An address or a member that is there stays; new ones may come."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from gongshi.api import (
    about,
    alike,
    bookings,
    bulletin,
    figures,
    filing,
    joining,
    ledger,
    mapped,
    procedures,
    programs,
    published,
    search,
    telling,
)
from gongshi.api.form import choosing
from gongshi.api.form import reading as form_reading
from gongshi.api.own import (
    claims,
    joint,
    leaving,
    publishing,
    reading,
    reprisals,
    speaking,
    steps,
    taking_home,
)
from gongshi.api.problems import add_handlers
from gongshi.formats.problem import MEDIA_TYPE

PROMISE_IN = "docs/guides/api.md"
# gongshi, api, and the door.
DOOR = 3


class Api(NinjaAPI):
    """The library's API, whose description says of refusals what they are: problems."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._described: dict[str, OpenAPISchema] = {}

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """What programs made from the description call it: by the door's name, wherever in it the code lies."""
        view = operation.view_func
        return "_".join([*view.__module__.split(".")[:DOOR], view.__name__])

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description, made once: it tells of the code alone, and takes half a second of a processor."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        if prefix not in self._described:
            self._described[prefix] = self._describe(prefix)
        return self._described[prefix]

    def _describe(self, prefix: str) -> OpenAPISchema:
        """The library names one media type for all answers; a refusal has its own."""
        schema = super().get_openapi_schema(path_prefix=prefix)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, response in operation["responses"].items():
                    if status >= 400:
                        response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
        return schema


DESCRIPTION = (
    "公事 · 公示 · 共识: open civic casework. What is public; filing; one's own filing. "
    f"*What stays* ({PROMISE_IN}): an address or a member of version 1 that is there stays, with its "
    "meaning. New addresses, members, optional members of what is sent and values may come: pass over what is not "
    "known. What has to go is said in the changelog a year before, and goes with version 2."
)
# No page of documentation: the library's loads its scripts from another host (promise 8).
api = Api(
    title="Gongshi",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
)
add_handlers(api)
ROUTERS = (
    ("/ledger", ledger.router),
    ("", published.router),
    ("", mapped.router),
    ("", bulletin.router),
    ("", procedures.router),
    ("", programs.router),
    ("", figures.router),
    ("", about.router),
    ("/search", search.router),
    ("", choosing.router),
    ("", form_reading.router),
    ("", alike.router),
    ("", filing.router),
    *(("", one.router) for one in (claims, reading, steps, leaving, taking_home, publishing, reprisals)),
    *(("", one.router) for one in (joint, speaking, joining, bookings, telling)),
)
for prefix, router in ROUTERS:
    api.add_router(prefix, router)
# By the name of each address; one that is not here is only read.
METHODS = {
    view.url_name or "": frozenset(method for one in view.operations for method in one.methods)
    for _, router in ROUTERS
    for view in router.path_operations.values()
}
