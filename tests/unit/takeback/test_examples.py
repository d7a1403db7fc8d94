"""Every example in the help of a command runs as it stands."""

import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import Result

from adapters.identity.principal import Kind, Role
from adapters.store.connection.address import SqliteFile
from adapters.store.database import open_store
from adapters.store.drafts import LineDraft, OrderDraft
from adapters.store.records import Location, Product
from engine.money import Money
from services.orders.adding import add_orders
from takeback.app import app
from takeback.policy_cache import Library
from takeback.settings import policies_folder
from tests.history import MOMENT, History
from tests.unit.takeback.conftest import standard

Run = Callable[..., Result]
PROGRAM = Path(sys.executable).with_name("takeback")
SERVERS = ("serve", "demo")
ELSEWHERE = ("worker", "gateway set", "gateway show", "gateway check", "gateway platform")
"""Tried in `test_money_commands.py`: they run until they are ended, or need a Stripe."""
CALLING = ("feeds open", "feeds secret")
"""Tried in `test_goods_commands.py`: they need a partner that can be called."""
COMPARING = ("compare",)
"""Tried in `test_compare.py`: they end with 1 where something changes."""
KEY = "12c70464604c"
ORDERS = "order,line,sku,quantity,unit_price,currency,ordered\nR-1,1,A,1,40.00,USD,2025-03-01\n"
PRODUCTS = "sku,title\nA,A lamp\n"
COUNT = "sku,location,available\nA,main,4\n"
GIVEN = {"ordered": "2025-03-01", "delivered": "2025-03-05", "requested": "2025-03-10"}


NOT_HERE = (*SERVERS, *ELSEWHERE, *CALLING, *COMPARING)


def commands(command: Any, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every command with its help, groups first."""
    yield name, command.help or ""
    for key, each in sorted(getattr(command, "commands", {}).items()):
        yield from commands(each, (*name, key))


COMMANDS = dict(commands(typer.main.get_command(app)))
EXAMPLES = {
    " ".join(name): " ".join(found[1].split()).replace("\\[", "[")
    for name, text in COMMANDS.items()
    if (found := re.search(r"\[bold\]Example:\[/bold\] (.*)", text, re.DOTALL))
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the examples speak of: policies, orders, partners, a key, past decisions."""
    monkeypatch.setenv("TAKEBACK_DATABASE_URL", "sqlite:///takeback.sqlite")
    monkeypatch.setenv("TAKEBACK_FEEDS", str(tmp_path / "feeds"))
    for name in ("policies", "feeds"):
        (tmp_path / name).mkdir()
    for name in ("standard.yaml", "home-goods.yaml", "home-goods--northwind.yaml"):
        shutil.copy(policies_folder() / name, tmp_path / "policies" / name)
    text = standard(policy="acme-supply/standard")
    (tmp_path / "returns.yaml").write_text(text, "utf-8")
    (tmp_path / "draft.yaml").write_text(text.replace("version: 1", "version: 2"), "utf-8")
    for name, rows in (("orders", ORDERS), ("products", PRODUCTS), ("count", COUNT)):
        (tmp_path / f"{name}.csv").write_text(rows, "utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A database with two versions of a policy, partners and a decision; the id of a key."""
    path = tmp_path_factory.mktemp("stored") / "takeback.sqlite"
    with (
        closing(open_store(SqliteFile(path=path), lambda: MOMENT)) as store,
        closing(Library(policies_folder())) as library,
    ):
        history = History(store, library)
        history.publish(standard())
        edition = history.publish(standard(days=40).replace("version: 1", "version: 2"))
        history.decide(edition, GIVEN)
        with store.session(), store.atomic():
            supplier = store.partners.add("acme-supply", "Acme Supply", Kind.SUPPLIER)
            skus = ("A", "LAMP-1", "TENT-2P")
            store.goods.put(supplier, [Product(sku=sku, title=sku, facts={}) for sku in skus])
            dock = Location(handle="main", name="Dock", lines=("1 Dock Road",), country="US")
            store.goods.put_location(supplier, dock)
            northwind = store.partners.add("northwind", "Northwind", Kind.RETAILER)
            store.partnerships.join(supplier, northwind)
            add_orders(
                store, store.partners.acting(northwind), [order(f"N-{n}") for n in (1, 2, 3)]
            )
            add_orders(store, store.partners.acting(supplier), [order("N-4")])
            key = store.partners.issue_key(northwind, Role.RETAILER)
    return path, key.split("_")[1]


def order(number: str) -> OrderDraft:
    """One lamp; of the first three the retailer's word waits for the supplier."""
    line = LineDraft(number="1", sku="A", quantity=1, unit_price=Money(4_000, "USD"))
    return OrderDraft(
        number=number,
        supplier="acme-supply",
        retailer="northwind",
        currency="USD",
        dates={"ordered": "2025-03-01"},
        lines=[line],
    )


@pytest.fixture
def server(folder: Path, stored: tuple[Path, str]) -> str:
    """A copy of that database; the id of its key."""
    shutil.copy(stored[0], folder / "takeback.sqlite")
    return stored[1]


def test_every_command_says_what_it_does_in_a_sentence_and_shows_an_example() -> None:
    groups = {name[0] for name in COMMANDS if len(name) > 1}

    assert [
        name
        for name, text in COMMANDS.items()
        if name and name[0] not in groups and " ".join(name) not in EXAMPLES
    ] == []
    assert [name for name, text in COMMANDS.items() if not re.match(r"[A-Z].*\.(\n|$)", text)] == []


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in NOT_HERE])
def test_an_example_runs(name: str, folder: Path, server: str, run: Run) -> None:
    if name in ("", "new"):
        (folder / "returns.yaml").unlink()
    if name.startswith("feeds "):
        for words in ("feeds open northwind", "stock set TENT-2P=1 --at main"):
            assert run(*words.split(), "--by", "acme-supply").exit_code == 0
    for command in EXAMPLES[name].replace(KEY, server).split(" && "):
        program, *words = shlex.split(command)
        result = run(*words, input="y\n")

        assert program == "takeback"
        assert result.exit_code == 0, f"{command}\n{result.stdout}\n{result.stderr}"


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_of_an_example_starts_and_ends_with_ctrl_c(name: str, folder: Path) -> None:
    port = free_port()
    _, *words = shlex.split(re.sub(r"--port \d+", f"--port {port}", EXAMPLES[name]))

    with started(words, folder) as process:
        wait_until_it_answers(port)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert said.endswith("\ntakeback: stopped.\n")
    assert "Warning" not in said


@contextmanager
def started(words: list[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The program, which heeds Ctrl-C even where the tests run in the background and do not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [PROGRAM, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port: int = listening.getsockname()[1]
        return port


def wait_until_it_answers(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).raise_for_status()
            return
        time.sleep(0.1)
    raise AssertionError(f"nothing answers at port {port}")
