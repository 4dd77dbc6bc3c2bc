"""Which network addresses a message to a stranger's server may go to: those of the public internet, and no others.

Source: the IANA registries of special-purpose addresses (RFC 6890; IPv4 and IPv6), and RFC 4291, RFC 6052, RFC 3056 and
RFC 4380 for addresses that hold another one. IPv6 is asked the other way round: only what is given out to networks
(2000::/3) counts, less what in it is set aside or leads into IPv4. So loopback, private, link-local, multicast and
mapped addresses are no business of a list that could miss one.
"""

from ipaddress import IPv4Network, IPv6Network, ip_address

_NO_IPV4 = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a provider's customers; a cloud's metadata
        "127.0.0.0/8",  # this machine
        "169.254.0.0/16",  # link-local; most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols; a cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "168.63.129.16/32",  # public by its number, and the inside of a cloud's machines
    )
)
_GIVEN_OUT = IPv6Network("2000::/3")
_NO_IPV6 = tuple(
    IPv6Network(one)
    for one in (
        "2001::/23",  # protocols; Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: holds an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_reachable(text: str) -> bool:
    """Whether ``text`` is an IP address, as digits, of the public internet. False for anything else.

    An IPv6 address with a zone (``%eth0``) is of a link, whatever it looks like.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if address.version == 4:
        return not any(address in network for network in _NO_IPV4)
    if address.scope_id is not None or address not in _GIVEN_OUT:
        return False
    return not any(address in network for network in _NO_IPV6)
