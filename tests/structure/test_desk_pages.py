"""No page of the desk is forgotten by the tests that open all of them."""

from tests.desk_pages import unknown


def test_every_address_of_the_desk_is_in_a_table() -> None:
    assert unknown() == set()
