"""The dashboard with 100,000 returns of one supplier, and the memory of 200 open pages.

    .venv/bin/python -m bench.dashboard     # about two minutes; --rows 10000 takes a fifth

Each page is asked for as a browser would, in process: signed in, made whole, packed. The times are
medians of ten, by the clock on the wall and of a processor, after two that are not counted. Then a
server is started and 200 streams of `/live` are opened; what its memory grew by is printed.
`--limit 2` fails where a page takes more than twice what it may.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from rich.console import Console
from rich.table import Table
from starlette.testclient import TestClient

from adapters.identity.principal import Role
from adapters.store.connection.address import SqliteFile
from bench.lists import MANY, START, filled, insert
from bench.machine import machine
from dashboard.live import MOST_OF_SESSION
from takeback.components import made
from takeback.server import app_of
from takeback.settings import Settings

HOST: Final = "http://127.0.0.1"
ROUNDS: Final = 10
STREAMS: Final = 200
REASONS: Final = ("defective", "change_of_mind", "wrong_size", "damaged", "late")
ANSWERS: Final = ("accept", "accept", "accept", "refuse", "review")
LISTS, OVERVIEW, SEARCH = 500, 1_000, 300
"""Milliseconds that each kind of page may take."""


def lines(rows: int, supplier: str, retailer: str) -> list[dict[str, Any]]:
    """One line of each return; every fifth was paid back in part."""
    empty = dict.fromkeys
    key = [f"{n * 2654435761 % 2**32:08x}{n:08}" for n in range(rows)]
    return [
        {
            "id": f"l{key[n]}",
            "part_of": key[n],
            "supplier": supplier,
            "retailer": retailer,
            "requested_on": f"{START + timedelta(minutes=7 * n):%Y-%m-%d}",
            "place": 0,
            "order_line": f"l{key[n]}",
            "sku": f"SKU{n * 7919 % 500:06}",
            "reason": REASONS[n % 5],
            **empty(("quantity", "reserved", "expected", "received", "inspected"), 1),
            "refused": 0,
            **empty(("worth", "value"), 2_000),
            "currency": "USD",
            "planned": 1_600 if n % 5 == 0 else 2_000,
            **empty(("planned_tax", "outbound", "ever_settled", "stays"), 0),
            **empty(("stays_units", "stays_more"), 0),
            **empty(("facts", "terms", "return_to"), "{}"),
            "told": "[]",
            **empty(("edition", "digest", "location"), ""),
            "outcome": json.dumps(_outcome(ANSWERS[n % 5])),
            "answer": ANSWERS[n % 5],
        }
        for n in range(rows)
    ]


def _outcome(answer: str) -> dict[str, Any]:
    money = {"minor": 2_000, "currency": "USD"}
    return {
        "answer": answer,
        "code": answer,
        "decision": "none",
        "remedy": "refund",
        "amount": money,
        "due": "receipt",
        "comes_back": True,
        "most": 2_000,
    }


def pages(rows: int) -> list[tuple[str, str, int]]:
    """What each page is called, its address, and the milliseconds that it may take."""
    last = START + timedelta(minutes=7 * rows)
    month = {"from": f"{last - timedelta(days=29):%Y-%m-%d}", "to": f"{last:%Y-%m-%d}"}
    whole = {"from": f"{START:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}"}
    middle = rows // 2
    return [
        ("overview, 30 days", f"/overview?{urlencode(month)}", OVERVIEW),
        ("overview, all returns", f"/overview?{urlencode(whole)}", OVERVIEW),
        ("report, all returns", f"/report?{urlencode(whole)}", OVERVIEW),
        ("returns", "/returns", LISTS),
        ("returns, one state, oldest", "/returns?state=IN_REVIEW&sort=OLDEST", LISTS),
        ("returns of a SKU", "/returns?sku=SKU000007", LISTS),
        ("payments", "/payments", LISTS),
        ("payments on their way", "/payments?state=on-its-way", LISTS),
        ("stock", "/stock", LISTS),
        ("search: a return", f"/search?q=R-{middle:08}", SEARCH),
        ("search: an order", f"/search?q=N{middle:07}", SEARCH),
        ("search: a part of orders", f"/search?q={middle // 100:05}", SEARCH),
        ("search: a SKU", "/search?q=SKU000007", SEARCH),
        ("search: nothing", "/search?q=nobody-has-this", SEARCH),
    ]


def filled_file(folder: Path, rows: int) -> tuple[Path, str]:
    """A database with so many of everything, and a key of its supplier."""
    path = folder / "many.sqlite"
    store, people = filled(SqliteFile(path=path), rows)
    supplier, retailer = (people[name].tenant for name in ("acme", "shop"))
    connect: Callable[[], Any] = store.lists._database.get_connection
    with store.writing():
        insert(connect(), "return_line", lines(rows, supplier, retailer), postgres=False)
        partner = store.partners.by_handle("acme")
        assert partner
        key = store.partners.issue_key(partner, Role.SUPPLIER)
    with store.session():
        connect().cursor().execute("ANALYZE")
    store.close()
    return path, key


def timed(path: Path, key: str, rows: int) -> Iterator[tuple[str, float, float, int]]:
    """The median of each page in milliseconds, by the wall and of a processor, and the limit."""
    settings = Settings(database=SqliteFile(path=path))
    parts = made(settings)
    try:
        client = TestClient(
            app_of(parts, settings),
            base_url=HOST,
            headers={"origin": HOST},
            follow_redirects=False,
        )
        assert client.post("/sign-in", data={"key": key}).is_redirect
        for says, address, most in pages(rows):
            times = [_took(client, address) for _ in range(ROUNDS + 2)]
            wall, own = (statistics.median(each[2:]) for each in zip(*times, strict=True))
            yield says, wall, own, most
    finally:
        parts.close()


def _took(client: TestClient, address: str) -> tuple[float, float]:
    began, own = time.perf_counter(), time.process_time()
    answer = client.get(address)
    took = (time.perf_counter() - began) * 1_000, (time.process_time() - own) * 1_000
    assert answer.status_code in (200, 303), f"{address}: {answer.status_code} {answer.text[:300]}"
    return took


def streamed(path: Path, key: str) -> float:
    """Megabytes that a server grew by while so many pages listen."""
    code = (
        "import sys; from pathlib import Path;"
        "from adapters.store.connection.address import SqliteFile;"
        "from takeback.server import serve; from takeback.settings import Settings;"
        "serve(Settings(database=SqliteFile(path=Path(sys.argv[1])), port=int(sys.argv[2]),"
        "workers=False))"
    )
    port = 18_653
    server = subprocess.Popen([sys.executable, "-c", code, str(path), str(port)])
    try:
        cookies = [_signed_in(port, key) for _ in range(STREAMS // MOST_OF_SESSION)]
        _opened(port, _signed_in(port, key), 5)  # what the first ones load is no page's
        time.sleep(3)
        before = _memory(server.pid)
        held = [each for cookie in cookies for each in _opened(port, cookie, MOST_OF_SESSION)]
        time.sleep(5)
        grown = _memory(server.pid) - before
        assert len(held) == STREAMS
        return grown
    finally:
        server.terminate()
        server.wait()


def _signed_in(port: int, key: str) -> str:
    for _ in range(300):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        headers = {
            "origin": f"{HOST}:{port}",
            "content-type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request("POST", "/sign-in", urlencode({"key": key}), headers)
        except ConnectionRefusedError:
            time.sleep(0.2)
            continue
        answer = connection.getresponse()
        return str(answer.headers["set-cookie"]).partition(";")[0]
    raise SystemExit("The server does not listen.")


def _opened(port: int, cookie: str, many: int) -> list[http.client.HTTPResponse]:
    """Streams that told their first word."""
    held = []
    for _ in range(many):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/live", headers={"cookie": cookie})
        answer = connection.getresponse()
        assert answer.status == 200, answer.status
        answer.readline()
        held.append(answer)
    return held


def _memory(process: int) -> float:
    """Megabytes that are its own (PSS where Linux tells it)."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    (line,) = [each for each in text.splitlines() if each.startswith("Pss:")]
    return int(line.split()[1]) / 1_024


def main() -> None:
    """Prints the times and the memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=MANY)
    parser.add_argument("--limit", type=float, help="fail above so many times what a page may take")
    said = parser.parse_args()
    console = Console(width=100)
    console.print(machine())
    columns = ("page", "median, ms", "of a CPU", "may take, ms")
    table = Table(*columns, title=f"{said.rows:,} returns, SQLite")
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path, key = filled_file(Path(folder), said.rows)
        for says, took, own, most in timed(path, key, said.rows):
            worst = max(worst, took / most)
            table.add_row(says, f"{took:.0f}", f"{own:.0f}", str(most))
        grown = streamed(path, key)
    console.print(table)
    console.print(f"{STREAMS} open pages add {grown:.1f} MB")
    if said.limit and worst > said.limit:
        raise SystemExit(f"A page takes {worst:.1f} times what it may.")


if __name__ == "__main__":
    main()
