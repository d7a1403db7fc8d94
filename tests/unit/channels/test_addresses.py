"""Only public addresses of partners are called, whatever they are written as."""

import pytest

from adapters.channels.addresses import Target, target_of
from engine.errors import RequestFault

PUBLIC = "93.184.215.14"
HOSTILE_URLS = """
    http://partner.example/ ftp://partner.example/ file:///etc/passwd gopher://partner.example/
    https://user@partner.example/ https://user:pw@partner.example/ https://partner.example:22/
    https://partner.example:8080/ https:///path https://partner.example:99999/ javascript:alert(1)
    https://partner.example\\@127.0.0.1/ https://partner.example/#f //partner.example/
    partner.example     https://pärtner.example/ https://partner.example:port/
"""
HOSTILE_ADDRESSES = """
    127.0.0.1 127.8.8.8 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254
    100.64.0.1 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1
    240.0.0.1 255.255.255.255 ::1 :: ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1
    64:ff9b::7f00:1 64:ff9b:1::7f00:1 2002:7f00:1:: 2002:a00:1:: 2001::1 fe80::1 fc00::1
    fd00:ec2::254 ff02::1 2001:db8::1 100::1 fec0::1
    192.88.99.1 3fff::1 3fff:fff::1 5f00::1 192.0.0.8 192.0.0.9 192.0.0.170 192.0.0.255
    2001:2::1 2001:4:112::1 2001:10::1 2001:20::1 2001:30::1 2001:1::1 2001:1ff::1
    100:0:0:1::1 4000::1 e000::1 1fff::1 ::ffff:8.8.8.8 2002:808:808:: ::ffff:0:8.8.8.8
"""
PUBLIC_ADDRESSES = """
    8.8.8.8 93.184.215.14 192.0.1.1 192.88.98.1 192.88.100.1 2001:200::1 2606:2800:220::1 2a00::1
    3ffe::1 3fff:1000::1 2003::1
"""


def led(url: str, *addresses: str, loopback: bool = False) -> Target:
    found = list(addresses) or [PUBLIC]
    return target_of(url, loopback=loopback, resolver=lambda _host, _port: found)


@pytest.mark.parametrize("url", HOSTILE_URLS.split())
def test_a_url_that_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(RequestFault) as caught:
        led(url)

    assert caught.value.code == "wrong_address"


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES.split())
def test_a_name_that_leads_inside_is_refused_alone_and_among_public_ones(address: str) -> None:
    for addresses in ((address,), (PUBLIC, address), (address, PUBLIC)):
        with pytest.raises(RequestFault):
            led("https://partner.example/", *addresses)


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES.split())
def test_a_neighbour_of_what_is_refused_is_public(address: str) -> None:
    assert led("https://partner.example/", address).address == address


@pytest.mark.parametrize(
    ("url", "address", "goes_to"),
    [
        ("https://partner.example/hook?a=1", PUBLIC, f"https://{PUBLIC}:443/hook?a=1"),
        ("https://partner.example:8443", PUBLIC, f"https://{PUBLIC}:8443/"),
        ("https://partner.example/", "2606:2800:220::1", "https://[2606:2800:220::1]:443/"),
        ("HTTPS://PARTNER.example/", "8.8.8.8", "https://8.8.8.8:443/"),
    ],
)
def test_a_public_address_is_called_by_the_address_that_was_checked(
    url: str, address: str, goes_to: str
) -> None:
    target = led(url, address)

    assert target.url == goes_to
    assert target.host == "partner.example"


def test_a_host_without_an_address_is_refused() -> None:
    with pytest.raises(RequestFault, match="no address"):
        target_of("https://partner.example/", resolver=lambda _host, _port: [])


def test_this_machine_may_be_called_in_development_only() -> None:
    assert led("http://localhost:9000/hook", "127.0.0.1", loopback=True).port == 9_000
    with pytest.raises(RequestFault):
        led("http://localhost:9000/hook", "127.0.0.1")
    with pytest.raises(RequestFault):
        led("http://localhost:9000/hook", "127.0.0.1", "10.0.0.1", loopback=True)
