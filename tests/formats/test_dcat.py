"""The catalogue: what DCAT-AP 3 asks of catalogues, data sets and distributions."""

import json
from datetime import date

from gongshi.formats.dcat import AUTHORITY, Catalogue, DataSet, File, catalogue
from gongshi.formats.pack.licences import LICENCES, NOT_GIVEN, said_of

BOTH = {"zh": "清禾", "en": "Qinghe"}
HOME = "https://qinghe.example/"


def test_a_catalogue_has_what_the_profile_asks() -> None:
    file = File(f"{HOME}cases.csv", "cases.csv", "text/csv", 7, "ab" * 32)
    one = DataSet(f"{HOME}#m", BOTH, BOTH, date(2026, 3, 1), None, date(2026, 2, 28), (file,), "", BOTH)
    found = json.loads(catalogue(Catalogue(f"{HOME}c", HOME, BOTH, BOTH, BOTH, date(2026, 3, 1), ""), [one]))
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


def test_a_licence_is_told_where_there_is_one() -> None:
    file = File(f"{HOME}tables.csv", "tables.csv", "text/csv", 7, "ab" * 32)
    for address in ("", "https://creativecommons.org/licenses/by/4.0/"):
        day = date(2026, 3, 1)
        one = DataSet(f"{HOME}#t", BOTH, BOTH, day, None, day, (file,), address, BOTH)
        found = json.loads(catalogue(Catalogue(f"{HOME}c", HOME, BOTH, BOTH, BOTH, day, address), [one]))
        (distribution,) = found["dcat:dataset"][0]["dcat:distribution"]
        assert (
            found.get("dct:license")
            == distribution.get("dct:license")
            == ({"@id": address} if address else None)
        )
        assert distribution["dct:rights"]["rdfs:label"][1]["@value"] == "Qinghe"


def test_every_licence_of_a_pack_has_words_and_an_address() -> None:
    assert said_of(LICENCES.get("")) == NOT_GIVEN
    for code, one in LICENCES.items():
        assert code == one.code
        assert one.address.startswith("https://")
        assert all(one.name in words for words in said_of(one).values())
