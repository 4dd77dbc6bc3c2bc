"""What somebody needs to know before they file: who runs this server, other ways, categories with their questions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema

from gongshi.accounts.queries import office_by_code
from gongshi.api.caching import keep
from gongshi.api.problems import Problem
from gongshi.api.published import Words
from gongshi.cases.drafts import MAX_MATTERS, MAX_TEXT
from gongshi.cases.labels import NAMED_AS
from gongshi.cases.naming import NAMED_ROLES
from gongshi.notifications.transports import connected_channels
from gongshi.places.queries import areas, the_place
from gongshi.routing.queries import CategoryNode, leaves
from gongshi.routing.suggesting import is_about_an_office
from gongshi.rules.ladder import is_sealed
from gongshi.words import pair

router = Router(tags=["filing"])
IF_ABOUT_THEM = pair(
    "这个网站由上面的单位运行。要是反映的就是它或它的上级，最稳妥的办法是到别处反映：谁管着运行中的服务器，谁就能改程序、看到您打的字。",
    "This website is run by the office above. If it is about that office or one above it, the safest way is to file "
    "elsewhere: whoever runs a live server can change the program and read what you type.",
)


class Coded(Schema):
    """Something with a code and a name."""

    code: str
    name: Words


class AreaToChoose(Coded):
    """An area, down to the smallest."""

    parent: str | None


class CategoryToChoose(Coded):
    """A category to file under. ``sealed``: opened by the receipt and the offices on its ladder alone.

    ``about_office``: the matter has to say which. ``may_be_public``: its filer may agree to a public copy.
    ``questions``: code, type, name, required and choices of each.
    """

    kind: str
    door: str
    sealed: bool
    about_office: bool
    may_be_public: bool
    questions: list[dict[str, Any]]


class FormOut(Schema):
    """Everything to choose from, and who runs this server.

    ``what_it_cannot``: the page that says what the server cannot protect from, to be linked where somebody files.
    """

    operator: Coded | None
    operator_note: Words | None
    if_about_them: Words
    elsewhere: list[dict[str, Any]]
    what_it_cannot: str
    languages: list[str]
    notify: list[str]
    most_matters: int
    most_characters: int
    roles: list[Coded]
    categories: list[CategoryToChoose]
    areas: list[AreaToChoose]


@router.get("/form", response={200: FormOut, 400: Problem, 429: Problem}, url_name="form")
def form(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:  # noqa: ARG001
    """What can be chosen while filing."""
    keep(response, forever=False)
    place, codes = the_place(), {node.id: node.code for node in areas().values()}
    return {
        "operator": office_by_code(place.operator),
        "operator_note": place.words.get("operator_note"),
        "if_about_them": IF_ABOUT_THEM,
        "elsewhere": place.routes,
        "what_it_cannot": reverse("public:what_it_cannot"),
        "languages": ["zh", "en"],
        "notify": list(connected_channels()),
        "most_matters": MAX_MATTERS,
        "most_characters": MAX_TEXT,
        "roles": [{"code": code, "name": NAMED_AS[code]} for code in NAMED_ROLES],
        "categories": [_category(node) for node in leaves()],
        "areas": [
            {"code": node.code, "name": node.name, "parent": codes.get(node.parent) if node.parent else None}
            for node in areas().values()
        ],
    }


def _category(node: CategoryNode) -> dict[str, Any]:
    return {
        "code": node.code,
        "name": node.name,
        "kind": node.kind,
        "door": node.door,
        "sealed": is_sealed(node.kind),
        "about_office": is_about_an_office(node),
        "may_be_public": node.public,
        "questions": node.questions,
    }
