"""Stock reaches a partner as absolute levels, acknowledged or not, on every channel."""

from __future__ import annotations

import gzip
import json
import threading
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from adapters.channels.csv_file import CsvChannel
from adapters.channels.signing import new_secret
from adapters.channels.webhook import WebhookChannel
from bench.hostile import HOSTILE, crowd
from engine.errors import RequestFault
from engine.stock.delivery import Channel, Delivered, Level, Message

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@dataclass(slots=True)
class Partner:
    """A partner's server: what it got, and what it will answer."""

    address: str = ""
    status: int = 200
    answer: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def partner() -> Iterator[Partner]:
    said = Partner()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            said.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said.answer)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    said.address = f"http://127.0.0.1:{server.server_address[1]}/stock"
    yield said
    server.shutdown()
    server.server_close()
    thread.join()


def message(*levels: tuple[str, int, int], id_: str = "msg_1") -> Message:
    made = [Level(sku=sku, available=count, sequence=at) for sku, count, at in levels]
    return Message(id=id_, supplier="acme", as_of=NOW.isoformat(), levels=made)


TENTS = message(("TENT", 7, 3), ("FLASK", 0, 9))
SECRET = new_secret()


def webhook(partner: Partner, *secrets: str) -> WebhookChannel:
    return WebhookChannel(partner.address, secrets or (SECRET,), loopback=True)


def delivered(channel: Channel, said: Message = TENTS) -> list[Delivered]:
    return [receipt.delivered for receipt in channel.send(said)]


def test_every_channel_acknowledges_each_level(partner: Partner, tmp_path: Path) -> None:
    for channel in (webhook(partner), CsvChannel(tmp_path / "stock.csv")):
        receipts = channel.send(TENTS)

        assert [each.sku for each in receipts] == ["TENT", "FLASK"]
        assert {each.delivered for each in receipts} == {Delivered.ACKNOWLEDGED}


def test_a_webhook_is_signed_as_the_standard_says(partner: Partner) -> None:
    webhook(partner).send(TENTS)

    [(headers, body)] = partner.got
    said = Webhook(SECRET).verify(body, headers)
    assert headers["webhook-id"] == "msg_1"
    assert said == {
        "type": "stock.levels",
        "timestamp": "2025-06-01T12:00:00+00:00",
        "data": {
            "supplier": "acme",
            "levels": [
                {"sku": "TENT", "available": 7, "sequence": 3},
                {"sku": "FLASK", "available": 0, "sequence": 9},
            ],
        },
    }


def test_while_a_secret_is_changed_both_verify(partner: Partner) -> None:
    other = new_secret()
    webhook(partner, other, SECRET).send(TENTS)

    [(headers, body)] = partner.got
    assert Webhook(SECRET).verify(body, headers) == Webhook(other).verify(body, headers)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (204, Delivered.ACKNOWLEDGED),
        (301, Delivered.FAILED),
        (400, Delivered.FAILED),
        (410, Delivered.GONE),
        (429, Delivered.SLOW_DOWN),
        (500, Delivered.FAILED),
        (503, Delivered.SLOW_DOWN),
    ],
)
def test_the_status_says_what_became_of_it(
    partner: Partner, status: int, result: Delivered
) -> None:
    partner.status, partner.headers = (
        status,
        {"location": "http://127.0.0.1:1/", "retry-after": "7"},
    )

    receipts = webhook(partner).send(TENTS)

    assert {each.delivered for each in receipts} == {result}
    assert len(partner.got) == 1
    if result is Delivered.SLOW_DOWN:
        assert receipts[0].retry_after == 7


def test_an_unknown_sku_parks_that_sku_and_no_other(partner: Partner) -> None:
    partner.answer = json.dumps({"unknown": ["TENT", 7, None]}).encode()

    assert delivered(webhook(partner)) == [Delivered.UNKNOWN_SKU, Delivered.ACKNOWLEDGED]


def test_what_a_partner_says_in_an_error_is_not_passed_on(partner: Partner) -> None:
    partner.status, partner.answer = 500, b"secret of the partner"

    [first, _] = webhook(partner).send(TENTS)

    assert first.sentence == "The partner answered 500."


def test_a_partner_that_is_not_there_is_a_failure(partner: Partner) -> None:
    nowhere = WebhookChannel("http://127.0.0.1:9/", (SECRET,), loopback=True)

    assert delivered(nowhere) == [Delivered.FAILED] * 2


@pytest.mark.parametrize("kind", [*HOSTILE, "nobody", "no-name"])
def test_no_partner_holds_a_message_up_beyond_its_limit(kind: str) -> None:
    """A piece every tenth of a second, so that no single read waits long."""

    def slow_names(_host: str, _port: int) -> list[str]:
        time.sleep(1.0 if kind == "no-name" else 0.1)
        return ["127.0.0.1"]

    with crowd(pause=0.1) as partners:
        address = partners.url(kind, 0) if kind in HOSTILE else "http://127.0.0.1:9/"
        channel = WebhookChannel(address, (SECRET,), loopback=True, resolver=slow_names)
        channel.timeout = 0.5
        began = time.monotonic()
        receipts = channel.send(TENTS)
        took = time.monotonic() - began

    assert took < 1.5
    assert len({each.delivered for each in receipts}) == 1
    taken = kind == "endless-body"
    assert (receipts[0].delivered is Delivered.ACKNOWLEDGED) is taken
    assert not any("trap" in each for each in partners.calls)


def test_a_compressed_answer_is_not_unpacked(partner: Partner) -> None:
    partner.headers = {"content-encoding": "gzip"}
    partner.answer = gzip.compress(b" " * 50_000_000)

    tracemalloc.start()
    assert delivered(webhook(partner)) == [Delivered.ACKNOWLEDGED] * 2
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
    assert partner.got[0][0]["accept-encoding"] == "identity"


def test_this_machine_is_not_called_outside_development(partner: Partner) -> None:
    assert delivered(WebhookChannel(partner.address, (SECRET,))) == [Delivered.FAILED] * 2
    assert partner.got == []


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_****"])
def test_a_secret_that_is_too_short_is_refused(partner: Partner, secret: str) -> None:
    with pytest.raises(RequestFault, match="24 to 64 bytes"):
        webhook(partner, secret)


def test_a_file_holds_the_newest_levels_and_never_an_older_one(tmp_path: Path) -> None:
    channel = CsvChannel(tmp_path / "stock.csv")
    channel.send(message(("TENT", 7, 3), ("FLASK", 1, 1)))
    channel.send(message(("TENT", 9, 2), ("FLASK", 5, 2)))

    text = (tmp_path / "stock.csv").read_text().splitlines()
    assert text == [
        "sku,available,sequence,as_of",
        "FLASK,5,2,2025-06-01T12:00:00+00:00",
        "TENT,7,3,2025-06-01T12:00:00+00:00",
    ]


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "stock.csv").write_text("mine\n")

    assert delivered(CsvChannel(tmp_path / "stock.csv")) == [Delivered.FAILED] * 2
    assert (tmp_path / "stock.csv").read_text() == "mine\n"
    assert [each.name for each in tmp_path.iterdir()] == ["stock.csv"]
