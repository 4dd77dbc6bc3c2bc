"""The catalogue: what DCAT-AP 3 asks of catalogues, data sets and distributions."""

import json
from datetime import date

from gongshi.formats.dcat import AUTHORITY, Catalogue, DataSet, File, catalogue

BOTH = {"zh": "清禾", "en": "Qinghe"}
HOME = "https://qinghe.example/"


def test_a_catalogue_has_what_the_profile_asks() -> None:
    file = File(f"{HOME}cases.csv", "cases.csv", "text/csv", 7, "ab" * 32)
    one = DataSet(f"{HOME}#m", BOTH, BOTH, date(2026, 3, 1), None, date(2026, 2, 28), (file,))
    found = json.loads(catalogue(Catalogue(f"{HOME}c", HOME, BOTH, BOTH, BOTH, date(2026, 3, 1)), [one]))
    assert {"dct:title", "dct:description", "dct:publisher", "dcat:dataset"} <= found.keys()
    (data_set,) = found["dcat:dataset"]
    assert {"dct:title", "dct:description", "dcat:distribution"} <= data_set.keys()
    assert data_set["dct:title"] == [
        {"@language": "zh", "@value": "清禾"},
        {"@language": "en", "@value": "Qinghe"},
    ]
    assert "dcat:startDate" not in data_set["dct:temporal"]
    (distribution,) = data_set["dcat:distribution"]
    assert distribution["dcat:accessURL"] == {"@id": f"{HOME}cases.csv"}
    assert distribution["dct:format"] == {"@id": f"{AUTHORITY}file-type/CSV"}
    assert distribution["spdx:checksum"]["spdx:checksumValue"]["@value"] == "ab" * 32
    prefixes = {
        key.partition(":")[0] for key in (*found, *data_set, *distribution) if not key.startswith("@")
    }
    assert prefixes <= found["@context"].keys()
