"""Which addresses are of the open internet."""

import pytest

from vermilion.engines.outward import OutwardError, is_open, look_up, post

INSIDE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.1", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
    "2001:db8::1", "2001::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_is_not_open(address: str) -> None:
    assert not is_open(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_outside_is_open(address: str) -> None:
    assert is_open(address)
    assert is_open("127.0.0.1", loopback=True)
    assert not is_open("10.0.0.1", loopback=True)


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "::1"]
)
async def test_other_ways_to_write_this_machine_are_seen_through(host: str) -> None:
    with pytest.raises(OutwardError, match=r"private|unknown"):
        await look_up(host, 443)


@pytest.mark.parametrize(
    "address", ["http://example.com/", "https:///x", "https://[::1", "nothing", "https://a..b/"]
)
async def test_what_is_no_address_to_send_to_is_refused(address: str) -> None:
    with pytest.raises(OutwardError, match=r"private|unknown"):
        await post(address, {}, b"")
