"""Which columns of which tables a replica carries: what public doors read, and nothing else.

Every column of a published table stands here, in `PUBLISHED` or in `WITHHELD` with a reason; every table that a door
asks for stands in `PUBLISHED`, or in `EMPTY` with what the door does without it (tests/config/replica/test_tables.py).
So a new column goes nowhere until somebody has argued for it.
"""

from collections.abc import Mapping

PUBLICATION = "gongshi_public"

PUBLISHED: Mapping[str, tuple[str, ...]] = {
    "places_place": (
        "id",
        "code",
        "name",
        "reference_prefix",
        "time_zone",
        "language",
        "latitude",
        "longitude",
        "calendar",
        "operator",
        "settings",
        "words",
        "revision",
    ),
    "places_area": (
        "id",
        "code",
        "name",
        "level",
        "rank",
        "parent_id",
        "boundary",
        "successor_id",
        "valid_from",
        "valid_to",
    ),
    "places_alias": ("id", "name", "area_id", "latitude", "longitude"),
    "accounts_office": (
        "id",
        "code",
        "name",
        "above_id",
        "phone",
        "address",
        "hours",
        "duty",
        "successor_id",
        "valid_from",
        "valid_to",
    ),
    "accounts_office_serves": ("id", "office_id", "area_id"),
    "accounts_programkey": ("id", "holder", "website", "issued_at", "revoked_at"),
    "routing_category": (
        "id",
        "code",
        "parent_id",
        "position",
        "name",
        "kind",
        "procedure",
        "door",
        "keywords",
        "examples",
        "questions",
        "public",
        "valid_from",
        "valid_to",
    ),
    "routing_procedureversion": ("id", "code", "version", "text", "loaded_at", "current"),
    "routing_promise": ("id", "category_id", "version", "days", "counting", "loaded_at", "current"),
    "cases_publiccase": (
        "id",
        "language",
        "title",
        "text",
        "answer",
        "state",
        "category_id",
        "area_id",
        "office_id",
        "latitude",
        "longitude",
        "filed_on",
        "answered_on",
        "published_on",
        "changed_on",
        "number",
        "tokens",
        "indexed",
    ),
    "cases_publictally": ("id", "area_id", "state", "latitude", "longitude", "more", "loose"),
    "cases_publicgone": ("id", "month", "mark"),
    "figures_releasedmonth": ("id", "first_on", "as_of", "threshold", "columns", "tables", "definition"),
    "figures_releasedquarter": ("id", "first_on", "as_of", "threshold", "columns", "tables", "definition"),
    "cases_answersample": ("id", "quarter", "batch", "size", "closes_on", "result"),
    "receivers_receiver": (
        "id",
        "name",
        "purpose",
        "host",
        "events",
        "made_at",
        "paused_at",
        "off_at",
        "off_why",
        "removed_at",
    ),
}

WITHHELD: Mapping[str, Mapping[str, str]] = {
    "accounts_programkey": {
        "hash": "tells a key that was guessed from one that was not",
        "per_day": "how much a key is good for is between its holder and the desk",
        "issued_by_id": "staff",
        "revoked_by_id": "staff",
    },
    "cases_publiccase": {
        "case_id": "leads to the case, and begins with the millisecond of filing, of which the public has the day"
    },
    "cases_answersample": {
        "drawn_at": "when the desk works",
        "first_id": "staff",
        "second_id": "staff",
        "first_done_at": "when somebody works",
        "second_done_at": "when somebody works",
        "closed_at": "when somebody works; the result names the day",
    },
    "receivers_receiver": {
        "url": "a token may stand in it",
        "failing_since": "how somebody else's machine does",
        "taken": "how somebody else's machine does",
        "failed": "how somebody else's machine does",
        "last_at": "how somebody else's machine does",
        "last_code": "how somebody else's machine does",
    },
}

EMPTY: Mapping[str, str] = {
    "cases_companion": "about how many go with a published case is not told",
    "cases_case": "asked for with the companions alone",
    "accounts_staff": "searching: published copies were indexed without the names of staff, so none is found by them",
    "bulletin_page": "searching: drafts lie in the same tables; answer pages are found on the main server",
    "bulletin_pagerevision": "the same",
    "bulletin_pagetoken": "the same",
    "bulletin_page_areas": "the same",
    "bulletin_disruption": "searching: notices that are not shown yet lie in the same tables",
    "bulletin_disruptionrevision": "the same",
    "bulletin_disruption_areas": "the same",
    "bulletin_disruption_categories": "the same",
}

OWN = frozenset({"django_migrations", "django_content_type", "auth_permission"})
"""Tables that the replica's own steps fill, alike everywhere."""
