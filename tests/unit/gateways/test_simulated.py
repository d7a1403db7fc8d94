"""The stand-in for Stripe says nothing of clients that go away."""

import socket
import struct
import time
from urllib.parse import urlsplit

import pytest

from adapters.gateways.simulated.server import SimulatedStripe

RESET = struct.pack("ii", 1, 0)
"""Closing drops what is on its way, as a process that is killed does."""


def test_a_client_that_is_killed_is_no_error(capfd: pytest.CaptureFixture[str]) -> None:
    with SimulatedStripe() as stripe:
        there = urlsplit(stripe.address)
        client = socket.create_connection((there.hostname, there.port))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        client.sendall(b"POST /v1/refunds HTTP/1.1\r\nContent-Length: 100\r\n\r\n")
        time.sleep(0.1)  # until the server waits for the rest
        client.close()
        time.sleep(0.1)

    assert capfd.readouterr().err == ""
