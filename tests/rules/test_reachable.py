"""Addresses that a message may go to: against lists of what may not, and against the library's own idea of global."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.reachable import is_reachable

INSIDE = (
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "100.64.0.1"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.88.99.1"),
    *("192.0.2.1", "198.51.100.1", "203.0.113.1"),
    *(
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "2606:2800:220:1::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
    ),
    *("::ffff:127.0.0.1", "::ffff:93.184.216.34", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1"),
    *("2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "fec0::1", "100::1", "5f00::1"),
)
NO_ADDRESS = (
    "",
    "localhost",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "127.1",
    "017700000001",
    "127.0.0.01",
    "[::1]",
)


@pytest.mark.parametrize("address", [*INSIDE, *NO_ADDRESS])
def test_row_24_inside_addresses_are_refused(address: str) -> None:
    assert not is_reachable(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "172.32.0.1", "2606:2800:220:1::1", "2001:4860::8888"]
)
def test_the_public_internet_is_reached(address: str) -> None:
    assert is_reachable(address)


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_no_address_is_reached_that_the_library_knows_to_be_inside(address: IPv4Address) -> None:
    inside = not address.is_global or address.is_multicast or address.is_reserved or address.is_private
    assert not (inside and is_reachable(str(address)))


@given(
    st.one_of(st.integers(0, 2**128 - 1), st.integers(0x2000 << 112, (0x4000 << 112) - 1)).map(IPv6Address)
)
def test_nor_of_the_sixth_version(address: IPv6Address) -> None:
    holds = address.ipv4_mapped or address.sixtofour or address.teredo
    inside = not address.is_global or address.is_multicast or address.is_reserved or holds
    assert not (inside and is_reachable(str(address)))
