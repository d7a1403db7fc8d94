"""The commands about products, stock and feeds, on a database of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.identity.principal import Kind
from adapters.store.connection.address import SqliteFile
from adapters.store.database import open_store
from adapters.store.lists.of_goods import CHANNELS
from adapters.store.lists.statements import ListQuery
from adapters.store.records import Location, Product
from engine.policy.editions import load
from takeback.app import app

Call = Callable[..., Result]
NEVER = "KETTLE  Kettle\n  never counted\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database with a supplier and a retailer that are joined."""
    file = tmp_path_factory.mktemp("goods") / "own.sqlite"
    store = open_store(SqliteFile(path=file))
    with store.session():
        acme = store.partners.add("acme", "Acme", Kind.SUPPLIER)
        store.partnerships.join(acme, store.partners.add("north", "North", Kind.RETAILER))
        store.goods.put(acme, [Product(sku="KETTLE", title="Kettle", facts={})])
        place = Location(handle="main", name="Dock", lines=("1 Dock Road",), country="US")
        store.goods.put_location(acme, place)
    store.close()
    return file.read_bytes()


@pytest.fixture
def call(made: bytes, tmp_path: Path) -> Call:
    file = tmp_path / "own.sqlite"
    file.write_bytes(made)

    def run(*words: str) -> Result:
        database = ("--database", f"sqlite:///{file}")
        environment = {"TAKEBACK_FEEDS": str(tmp_path)}
        return CliRunner().invoke(app, [*words, *database], env=environment)

    return run


def written(folder: Path, text: str) -> str:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def product(tmp_path: Path, sku: str) -> Product | None:
    store = open_store(SqliteFile(path=tmp_path / "own.sqlite"))
    with store.session():
        acme = store.partners.by_handle("acme")
        found = store.goods.product(acme.id, sku) if acme else None
    store.close()
    return found


def test_a_product_is_declared_with_prices_and_facts(call: Call, tmp_path: Path) -> None:
    said = ("--title", "Tent", "--price", "USD 80.00; EUR 72.50", "--fact", "tags=big;blue")
    done = call("products", "put", "TENT", "--by", "acme", *said)

    assert done.output == "TENT declared\n"
    assert product(tmp_path, "TENT") == Product(
        sku="TENT",
        title="Tent",
        facts={"tags": ["big", "blue"]},
        prices={"USD": 8_000, "EUR": 7_250},
    )


def test_a_table_of_products_is_declared_as_a_whole(call: Call, tmp_path: Path) -> None:
    table = written(tmp_path, "sku,title,price,category\nTENT,Tent,USD 80.00,outdoor\nCUP,Cup,,\n")

    assert call("products", "import", table, "--by", "acme").output == "2 products declared\n"
    assert product(tmp_path, "TENT") == Product(
        sku="TENT", title="Tent", facts={"category": "outdoor"}, prices={"USD": 8_000}
    )
    assert product(tmp_path, "CUP") == Product(sku="CUP", title="Cup", facts={}, prices={})


@pytest.mark.parametrize(
    ("words", "table", "said"),
    [
        (("products", "import"), "sku,titel\nA,B\n", "line 1, titel: There is no such column."),
        (("products", "import"), "sku,title,price\nA,A,USD 1\nB,B,1\n", "line 3, price: `1` is"),
        (("products", "import"), "sku,title\nA,A\nB,\n", "line 3, title: A title has"),
        (("products", "import"), "sku,title\nA\n", "table.csv: line 2: 1 values under 2 columns."),
        (("products", "import"), 'sku,title\n"A\n', "This is not CSV"),
        (("products", "import"), "sku;title\nA;A\n", "table.csv: line 1: Values are separated by"),
        (("stock", "import"), "sku;location\nA;A\n", "table.csv: line 1: Values are separated by"),
        (("stock", "import"), "sku,location\nA,B\n", "line 1, available: This column is needed."),
        (("stock", "import"), "sku,location,available\nKETTLE,main,-1\n", "line 2, available"),
        (("stock", "import"), "sku,location,available\nKETTLE,elsewhere,1\n", "elsewhere"),
    ],
)
def test_a_table_with_a_fault_changes_nothing(
    call: Call, tmp_path: Path, words: tuple[str, ...], table: str, said: str
) -> None:
    done = call(*words, written(tmp_path, table), "--by", "acme")

    assert done.exit_code in (1, 2)
    assert said in done.output
    assert product(tmp_path, "A") is None
    assert call("stock", "list", "--by", "acme").output == NEVER


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("put", "A", "--by", "acme", "--title", "A", "--fact", "category"), "NAME=VALUE"),
        (("put", "A", "--by", "north", "--title", "A"), "no supplier `north`"),
        (("put", "A", "--by", "acme", "--title", "A", "--price", "80"), "is not money"),
        (("place", "x", "--by", "acme", "--name", "A", "--line", "b", "--country", "us"), "`US`"),
    ],
)
def test_a_wrong_word_is_named(call: Call, words: tuple[str, ...], said: str) -> None:
    done = call("products", *words)

    assert done.exit_code == 2
    assert said in " ".join(done.output.split())


def test_stock_is_set_as_it_was_counted(call: Call, tmp_path: Path) -> None:
    call("products", "put", "TENT", "--by", "acme", "--title", "Tent")
    address = ("--name", "Shed", "--line", "2 Shed Road", "--country", "US")
    assert call("products", "place", "shed", "--by", "acme", *address).output == "shed declared\n"

    done = call("stock", "set", "KETTLE=7", "TENT=40", "--at", "main", "--by", "acme")
    table = written(tmp_path, "sku,location,available\nKETTLE,shed,2\nTENT,main,41\n")
    again = call("stock", "import", table, "--by", "acme")

    assert (done.output, again.output) == ("2 levels set\n", "2 levels set\n")
    assert call("stock", "list", "--by", "acme").output.splitlines() == [
        "KETTLE  Kettle",
        "  main: 7 available",
        "  shed: 2 available",
        "TENT  Tent",
        "  main: 41 available",
    ]
    assert "TENT" not in call("stock", "list", "--by", "acme", "--at", "shed").output


def test_more_levels_than_the_api_takes_at_once_are_set_together(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("takeback.goods.MOST", 2)
    monkeypatch.setattr("services.stock.counting.MOST", 2)
    skus = [f"SKU-{number}" for number in range(5)]
    goods = "".join(f"{sku},Thing\n" for sku in skus)
    call("products", "import", written(tmp_path, f"sku,title\n{goods}"), "--by", "acme")
    levels = "".join(f"{sku},main,1\n" for sku in skus)
    table = written(tmp_path, f"sku,location,available\n{levels}")

    assert call("stock", "import", table, "--by", "acme").output == "5 levels set\n"
    assert call("stock", "list", "--by", "acme").output.count("main: 1 available") == 5


def test_a_channel_is_opened_seen_paused_and_told_again(call: Call) -> None:
    call("stock", "set", "KETTLE=7", "--at", "main", "--by", "acme")
    opened = call("feeds", "open", "north", "--by", "acme", "--keep-back-of", "KETTLE=2")
    assert opened.stdout == "north is told the stock of acme\n"

    call("feeds", "pause", "north", "--by", "acme")
    for by in ("acme", "north"):
        seen = call("feeds", "list", "--by", by).output
        assert seen == "acme to north  csv, 1 behind, 0 parked, paused\n"
    for word, said in (("resume", "what changed"), ("retry", "tried"), ("resend", "told again")):
        assert said in call("feeds", word, "north", "--by", "acme").stdout
    assert "paused" not in call("feeds", "list", "--by", "acme").stdout


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of the channel to north."""

    address: str = "http://127.0.0.1:9/stock"
    buffer: int = 0
    buffers: Mapping[str, int] = field(default_factory=dict)


def channel(tmp_path: Path) -> Kept:
    store = open_store(SqliteFile(path=tmp_path / "own.sqlite"))
    with store.session():
        acme = store.partners.by_handle("acme")
        assert acme
        asked = ListQuery(principal=store.partners.acting(acme), sort="HANDLE")
        (key,) = store.lists.every(CHANNELS, asked)
        found, buffers = store.channels.some([key])[key], store.channels.buffers(key)
    store.close()
    return Kept(address=found.address, buffer=found.buffer, buffers=dict(buffers))


def test_what_is_not_said_of_a_channel_stays_as_it_is(call: Call, tmp_path: Path) -> None:
    call("stock", "set", "KETTLE=7", "--at", "main", "--by", "acme")
    other = "http://127.0.0.1:9/other"
    said = {"--webhook": Kept().address, "--keep-back": "5", "--keep-back-of": "KETTLE=2"}
    call("feeds", "open", "north", "--by", "acme", *chain.from_iterable(said.items()))
    whole = Kept(buffer=5, buffers={"KETTLE": 2})

    for words, now in (
        ((), whole),
        (("--webhook", other), replace(whole, address=other)),
        (("--keep-back", "6"), replace(whole, address=other, buffer=6)),
        (("--keep-back-of", "KETTLE=0"), Kept(address=other, buffer=6, buffers={"KETTLE": 0})),
        (("--webhook", ""), Kept(address="", buffer=6, buffers={"KETTLE": 0})),
    ):
        assert call("feeds", "open", "north", "--by", "acme", *words).exit_code == 0
        assert channel(tmp_path) == now


def test_a_webhook_has_a_secret_that_is_shown_once(call: Call) -> None:
    address = ("--webhook", "http://127.0.0.1:9/stock")
    first = call("feeds", "open", "north", "--by", "acme", *address).stdout
    again = call("feeds", "open", "north", "--by", "acme", *address).stdout
    other = call("feeds", "secret", "north", "--by", "acme").stdout

    assert "whsec_" in first
    assert "whsec_" not in again
    assert "whsec_" in other
    assert other.splitlines()[-1] not in first


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pause", "north"), "There is no channel to `north`"),
        (("open", "nobody"), "You have no such partner"),
        (("open", "north", "--webhook", "http://192.0.2.1/"), "address"),
        (("open", "north", "--keep-back-of", "KETTLE=x"), "no number of units"),
        (("open", "north", "--keep-back-of", "CUP=1"), "CUP"),
    ],
)
def test_a_channel_that_cannot_be_is_refused(call: Call, words: tuple[str, ...], said: str) -> None:
    done = call("feeds", *words, "--by", "acme")

    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
    assert call("feeds", "list", "--by", "acme").output == "no channel\n"


def test_a_heading_in_large_letters_is_told_to_be_small(call: Call, tmp_path: Path) -> None:
    said = call("products", "import", written(tmp_path, "SKU,title\nX,Y\n"), "--by", "acme").output

    assert "Write `sku`: headings are small letters." in " ".join(said.split())
    assert "Did you mean" not in said


def test_a_fact_and_a_word_that_no_published_policy_knows_are_kept_and_told(
    call: Call, tmp_path: Path
) -> None:
    store = open_store(SqliteFile(path=tmp_path / "own.sqlite"))
    with store.writing():
        acme = store.partners.by_handle("acme")
        assert acme
        store.editions.add(acme, load(POLICY, "own.yaml", lambda *_: None), "tests", {})
    store.close()
    facts = ["heavy_handling=EUR 12.00", "battery=e-bike", "catgory=x", "finish=matt"]

    said = [word for each in facts for word in ("--fact", each)]
    done = call("products", "put", "A", "--by", "acme", "--title", "A", *said)

    assert done.exit_code == 0, done.output
    made = product(tmp_path, "A")
    assert made
    assert made.facts["heavy_handling"] == "EUR 12.00"
    assert "heavy_handling" not in done.stderr
    assert "`battery` of `A`: no published policy knows the word `e-bike`." in done.stderr
    assert "Did you mean `e_bike`?" in done.stderr
    assert "`catgory` of `A` is a fact of no published policy. Did you mean `category`?" in (
        done.stderr
    )
    assert "`finish` of `A` is a fact of no published policy." in done.stderr


POLICY = """
policy: acme/own
version: 1
effective: {from: 2024-01-01}
currency: EUR
facts:
  heavy_handling: {type: money, told_by: supplier}
  battery: {type: word, told_by: supplier}
values: {battery: [e_bike, phone]}
window: {days: 30, counted_from: delivered}
"""


def test_all_wrong_rows_of_products_are_told_at_once(call: Call, tmp_path: Path) -> None:
    rows = ["sku,title,price,category", "A,Lamp,USD 1.00,x", "B,,USD 1.00,x", "A,Lamp again,,x"]
    rows += ["C,Lamp,USD -1.00,x", "D,Lamp,money,x", "E\u200b,Lamp,,x", "F,Lamp", "G,Lamp,,x"]

    answer = call("products", "import", written(tmp_path, "\n".join(rows)), "--by", "acme")

    said = answer.stderr
    assert answer.exit_code == 1
    wrong = ["line 3, title", "line 4, sku", "line 5, price", "line 6, price", "line 7, sku"]
    assert [each for each in [*wrong, "line 8"] if f"{each}: " not in said] == []
    assert "line 2" not in said
    assert "line 9" not in said
    assert product(tmp_path, "A") is None


def test_all_wrong_rows_of_levels_are_told_at_once(call: Call, tmp_path: Path) -> None:
    rows = ["sku,location,available", "KETTLE,main,1", "NONE,main,1", "KETTLE,cellar,1"]
    rows += ["KETTLE,main,2", "KETTLE,main,-1"]

    answer = call("stock", "import", written(tmp_path, "\n".join(rows)), "--by", "acme")

    wrong = ["line 3, sku", "line 4, location", "line 5, sku", "line 6, available"]
    assert answer.exit_code == 1
    assert [each for each in wrong if f"{each}: " not in answer.stderr] == []
    assert "never counted" in call("stock", "list", "--by", "acme").stdout


@pytest.mark.parametrize("what", ["products", "stock"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty"),
        ("\n", "The file is empty"),
        ("sku;title;location;available\n", "separated by commas here, and not by `;`"),
    ],
)
def test_what_is_no_table_is_told_in_one_sentence(
    call: Call, tmp_path: Path, what: str, text: str, said: str
) -> None:
    answer = call(what, "import", written(tmp_path, text), "--by", "acme")

    assert answer.exit_code == 1
    assert said in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_table_without_rows_is_told(call: Call, tmp_path: Path) -> None:
    for what, head in (("products", "sku,title"), ("stock", "sku,location,available")):
        answer = call(what, "import", written(tmp_path, f"{head}\n"), "--by", "acme")

        assert answer.exit_code == 1
        assert "There are no rows below the columns." in answer.stderr


def test_what_cannot_be_seen_is_refused_in_the_words_of_a_command(call: Call) -> None:
    put = ("products", "put", "X", "--by", "acme", "--title")
    place = ("products", "place", "x", "--by", "acme", "--line", "1 Road", "--country")

    for words in ((*put, "La\u202emp"), (*put, "\u200b"), (*place, "US", "--name", "\u200b")):
        answer = call(*words)
        assert answer.exit_code == 2
        assert "cannot be seen here; take it out." in answer.stderr
    assert "no country of ISO 3166-1" in call(*place, "QQ", "--name", "Dock").stderr
    assert call(*put, "ab\u200dcd").exit_code == 2
    assert call(*put, "\u0645\u06cc\u200c\u062e\u0648\u0627\u0646\u0645").exit_code == 0
