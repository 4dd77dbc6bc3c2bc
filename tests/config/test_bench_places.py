"""Figures about places that texts name: a name the gazetteer lacks is told apart from one that is not found."""

from gongshi.config.bench.places_named import measured

SEEN = ["A3区联丰路停电", "A3区联丰路漏水", "A4区停电", "A4区漏水", "A5区长虹街只说过一次"]


def test_what_is_missing_and_what_is_not_found_are_told_apart() -> None:
    asked = ["A3区联丰路的灯", "A4区青年路的灯", "A9区的灯", "哪里都没有说"]
    found = measured(SEEN, asked)
    assert found.pop("microseconds_a_text") >= 0
    assert found == {
        "texts": 4,
        "name_a_district": 3,
        "of_these_something_found": 0.667,
        "name_a_spot_in_a_district": 2,
        "of_these_the_gazetteer_has_it": 0.5,
        "and_offers_it": 1.0,
        "its_district_or_something_in_it_offered": 1.0,
        "one_answer_alone": 1.0,
    }
