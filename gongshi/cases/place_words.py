"""The place's own words, which are nobody's name: of areas, streets and landmarks, offices and categories."""

from gongshi.accounts.queries import offices
from gongshi.places.queries import areas, gazetteer
from gongshi.places.snapshots import Snapshot
from gongshi.routing.queries import categories
from gongshi.rules.bare_names import pairs_of


def _pairs() -> frozenset[str]:
    said = [one.name for one in gazetteer().known]
    for area in areas().values():
        said += area.name.values()
    for office in offices().values():
        said += office.name.values()
    for category in categories().values():
        said += [*category.name.values(), *category.keywords, *category.examples]
    return pairs_of(said)


place_pairs = Snapshot(_pairs)
