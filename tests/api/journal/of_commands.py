"""What those who run Takeback do; their commands have the clock on the wall, so they come last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.api.conftest import STANDARD
from tests.api.journal.world import KEYS, SIGNING, World, chapter

SILENT = {
    "takeback new": "writes a file",
    "takeback gateway platform": "asks the gateway",
    "takeback check": "reads a file",
    "takeback compare": "reads policies",
    "takeback fmt": "writes files",
    "takeback test": "reads files",
    "takeback schema": "prints",
    "takeback explain": "reads a file",
    "takeback preview": "reads files",
    "takeback show": "reads a file",
    "takeback serve": "what is asked of it tells itself, and so does what its workers do",
    "takeback worker": "what its workers do tells itself",
    "takeback demo": "adds, joins, publishes and imports as other commands do, and then serves",
    "takeback replay": "reads",
    "takeback database status": "reads",
    "takeback database migrate": "changes tables, and nothing that they hold",
    "takeback key master": "prints a key that is kept nowhere",
    "takeback key reseal": "seals what is kept anew; what it is stays",
    "takeback journal verify": "reads",
    "takeback journal show": "reads",
    "takeback journal key": "prints a key that is no secret",
    "takeback journal checkpoint": "signs what stands there; it is no entry",
    "takeback gateway show": "reads",
    "takeback orders list": "reads",
    "takeback stock list": "reads",
    "takeback feeds list": "reads",
    "takeback credit statement": "reads",
}
"""Commands that change nothing a partner has an interest in, or only by what tells itself."""
CSV = """order,line,sku,quantity,unit_price,currency,ordered,paid,charge
csv,1,LAMP-1,3,40.00,USD,2025-05-01,120.00,{charge}
"""


def written(folder: str, name: str, text: str) -> str:
    path = Path(folder) / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@chapter("takeback partner add", by="command line", westwind="partner_added")
def a_new_retailer(world: World) -> None:
    world.command("partner", "add", "westwind", "--kind", "retailer")


@chapter("takeback partner add", by="command line", westwind="partner_named")
def a_name_for_it(world: World) -> None:
    said = ("--kind", "retailer", "--name", "Ada Quill")
    world.command("partner", "add", "westwind", *said)


@chapter(
    "takeback partner join",
    by="command line",
    acme="partnership_made",
    westwind="partnership_made",
)
def a_partnership(world: World) -> None:
    world.command("partner", "join", "acme", "westwind", "--programme", "club")


@chapter("takeback key issue", by="command line", westwind="key_issued")
def a_key(world: World) -> None:
    text = world.command("key", "issue", "westwind").stdout.strip()
    world.kept["key"] = text
    world.secrets.append(text.split("_", 2)[2])


@chapter("takeback key revoke", by="command line", westwind="key_revoked")
def a_key_that_ends(world: World) -> None:
    found = re.match(r"tb_([0-9a-f]{12})_", world.kept["key"])
    assert found is not None
    world.command("key", "revoke", found[1])


@chapter(
    "takeback publish",
    by="command line",
    acme="policy_published",
    northwind="policy_published",
    southgate="policy_published",
    westwind="policy_published",
)
def a_file(world: World) -> None:
    text = STANDARD.format(owner="acme").replace("version: 1", "version: 3")
    with TemporaryDirectory() as folder:
        path = written(folder, "returns.yaml", text.replace("2020-01-01", "2026-01-01"))
        world.command("publish", path, "--owner", "acme")


@chapter("takeback partner terms", by="command line", acme="terms_set", northwind="terms_set")
def what_was_agreed_by_hand(world: World) -> None:
    said = ("acme", "northwind", "acme/standard", "fee=6%", "--yes")
    world.command("partner", "terms", *said)


@chapter(
    "takeback withdraw",
    by="command line",
    acme="policy_withdrawn",
    westwind="policy_withdrawn",
)
def a_version_for_a_programme(world: World) -> None:
    world.command("withdraw", "acme/club@1", "--why", "Ada Quill", "--yes")


@chapter("takeback publish", by="command line", eastwind="partner_added policy_published")
def a_file_of_a_new_supplier(world: World) -> None:
    with TemporaryDirectory() as folder:
        path = written(folder, "returns.yaml", STANDARD.format(owner="eastwind"))
        world.command("publish", path, "--owner", "eastwind")


@chapter(
    "takeback orders import",
    by="command line",
    acme="order_added payment_added",
    northwind="order_added payment_added",
)
def a_file_of_orders(world: World) -> None:
    with TemporaryDirectory() as folder:
        path = written(folder, "orders.csv", CSV.format(charge=world.charge(12_000)))
        world.command("orders", "import", path, "--by", "acme", "--partner", "northwind")


@chapter("takeback gateway set", by="command line", acme="gateway_set")
def the_same_key_again(world: World) -> None:
    said = f"{KEYS['acme']}\n{SIGNING}\n"
    world.command("gateway", "set", "acme", "--signing-secret", input=said)


@chapter("takeback gateway check", by="command line", acme="gateway_checked")
def a_key_that_works(world: World) -> None:
    world.command("gateway", "check", "acme")


@chapter("takeback reconcile", by="command line", northwind="account_compared")
def an_account(world: World) -> Iterator[None]:
    world.command("reconcile", "--supplier", "northwind", codes=(0, 1))
    yield
    world.command("reconcile", "--supplier", "northwind", codes=(0, 1))


def of_both(*kinds: str) -> dict[str, str]:
    return {name: " ".join(kinds) for name in ("eastwind", "westwind")}


@chapter("takeback products put", by="command line", eastwind="products_put")
def a_product_of_a_new_supplier(world: World) -> Iterator[None]:
    world.command("partner", "join", "eastwind", "westwind")
    yield
    world.command("products", "put", "CUP", "--by", "eastwind", "--title", "Ada Quill's cup")


@chapter("takeback products import", by="command line", eastwind="products_put")
def a_table_of_products(world: World) -> None:
    with TemporaryDirectory() as folder:
        path = written(folder, "products.csv", "sku,title\nPLATE,Plate\n")
        world.command("products", "import", path, "--by", "eastwind")


@chapter("takeback products place", by="command line", **of_both("location_put"))
def a_place_of_a_new_supplier(world: World) -> None:
    address = ("--name", "Dock", "--line", "1 Dock Road", "--country", "US")
    world.command("products", "place", "main", "--by", "eastwind", *address)


@chapter("takeback stock set", by="command line", eastwind="stock_moved")
def a_count_by_hand(world: World) -> None:
    world.command("stock", "set", "CUP=4", "--at", "main", "--by", "eastwind")


@chapter("takeback stock import", by="command line", eastwind="stock_moved")
def a_table_of_counts(world: World) -> None:
    with TemporaryDirectory() as folder:
        path = written(folder, "count.csv", "sku,location,available\nCUP,main,5\n")
        world.command("stock", "import", path, "--by", "eastwind")


def feeds(world: World, *words: str) -> str:
    return world.command("feeds", *words, "westwind", "--by", "eastwind").stdout


@chapter("takeback feeds open", by="command line", **of_both("channel_put", "channel_secret"))
def a_channel_of_a_new_supplier(world: World) -> None:
    address = ("--webhook", world.receiver.address)
    said = world.command("feeds", "open", "westwind", "--by", "eastwind", *address).stdout
    world.secrets.append(said.split()[-1])


@chapter("takeback feeds secret", by="command line", **of_both("channel_secret"))
def a_secret_by_command(world: World) -> None:
    world.secrets.append(feeds(world, "secret").split()[-1])


@chapter("takeback feeds pause", by="command line", **of_both("feeds_paused"))
def a_pause_by_command(world: World) -> None:
    feeds(world, "pause")


@chapter("takeback feeds resume", by="command line", **of_both("feeds_resumed"))
def on_again_by_command(world: World) -> None:
    feeds(world, "resume")


@chapter("takeback feeds retry", by="command line", **of_both("feeds_retried"))
def another_try_by_command(world: World) -> None:
    feeds(world, "retry")


@chapter("takeback feeds resend", by="command line", **of_both("feeds_resent"))
def all_again_by_command(world: World) -> None:
    feeds(world, "resend")
