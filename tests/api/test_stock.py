"""A supplier's stock over HTTP: counted, shared with whom it chooses, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from adapters.channels.opening import ChannelOpener
from adapters.identity.vault import Vault, new_master_key
from adapters.store.database import Store
from adapters.store.records import Product
from engine.stock.moves import on_receipt
from returns_api.context import Context, opener
from returns_api.stock.channels import ChannelPut, put_channel
from returns_api.stock.inputs import ChannelKind, PutChannelInput
from returns_api.types.problems import InputProblem
from services.workers.sharing import Sharer
from tests.api.conftest import Caller, Served, refused
from tests.receiver import Receiver, receiving
from tests.unit.channels.test_addresses import HOSTILE_ADDRESSES, HOSTILE_URLS, PUBLIC

_KEYS = count()
CHANGES = ("PauseFeeds", "ResumeFeeds", "RetryFeeds", "ResendFeeds")


def do(caller: Caller, operation: str, **said: Any) -> dict[str, Any]:
    """The result of a mutation."""
    result: dict[str, Any] = caller.ask(operation, input=said)[operation[0].lower() + operation[1:]]
    return result


def key() -> str:
    return f"stock {next(_KEYS)}"


def set_stock(caller: Caller, sku: str, available: int, **said: Any) -> dict[str, Any]:
    levels = [{"sku": sku, "location": "main", "available": available}]
    return do(caller, "SetStock", **{"levels": levels, "idempotencyKey": key(), **said})


def put(caller: Caller, partner: str, address: str, **said: Any) -> dict[str, Any]:
    usual = {"partner": partner, "kind": "WEBHOOK", "address": address, "idempotencyKey": key()}
    return do(caller, "PutChannel", **{**usual, **said})


def share(served: Served) -> None:
    """A sender that works until nothing is due."""
    while Sharer(served.parts.store, served.parts.channels).work():
        pass
    served.parts.store.close()


@pytest.fixture
def goods(served: Served) -> Iterator[str]:
    """A fresh SKU of acme; what is shared of it is not shared in the next test."""
    sku, store = f"TENT-{next(_KEYS)}", served.parts.store
    with store.session():
        acme = store.partners.by_handle("acme")
        assert acme is not None
        store.goods.put(acme, [Product(sku=sku, title="Tent", facts={})])
    store.close()
    yield sku
    _forget(store)


def _forget(store: Store) -> None:
    with store.writing():
        for row in list(store.channels._stock.Channel.select()):
            row.delete()
    store.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made
        assert made.wrong == []


def opened(acme: Caller, receiver: Receiver, **said: Any) -> dict[str, Any]:
    """The channel to northwind, with its secret given over."""
    found = put(acme, "northwind", receiver.address, **said)
    assert found["__typename"] == "ChannelPut", found
    receiver.secret = found["secret"] or receiver.secret
    channel: dict[str, Any] = found["channel"]
    return channel


def feed(caller: Caller, channel: dict[str, Any], sku: str) -> dict[str, Any]:
    found = caller.ask("ChannelFeeds", id=channel["id"], page={"first": 100})["node"]["feeds"]
    return next(each for each in found["nodes"] if each["sku"] == sku)


def standing(caller: Caller) -> dict[str, Any]:
    (found,) = caller.ask("MyChannels")["channels"]["nodes"]
    return found


def test_a_count_reaches_the_partner_signed_and_is_seen_by_both(
    served: Served, acme: Caller, northwind: Caller, goods: str, receiver: Receiver
) -> None:
    set_stock(acme, goods, 10)
    channel = opened(acme, receiver, buffer=3)
    before = standing(acme)["sync"]
    share(served)

    sold = northwind.ask("StockToSell", sku=goods)["stock"]["nodes"]
    assert receiver.held[goods] == (7, 1)
    assert [(each["supplier"]["handle"], each["available"]) for each in sold] == [("acme", 7)]
    assert before["behind"] >= 1
    assert standing(acme)["sync"]["behind"] == 0
    found = feed(acme, channel, goods)
    assert (found["state"], found["availableAcknowledged"]) == ("CURRENT", 7)


def test_a_count_is_made_once_for_its_key(acme: Caller, goods: str) -> None:
    said = {"idempotencyKey": key()}

    first, again = (set_stock(acme, goods, 5, **said) for _ in range(2))
    other = set_stock(acme, goods, 6, **said)

    assert first == again
    assert first["stock"][0]["sequence"] == 1
    assert other["code"] == "idempotency_key_reused"


def test_a_unit_that_comes_back_is_told_to_partners_once_it_is_restocked(
    served: Served, acme: Caller, northwind: Caller, goods: str, receiver: Receiver
) -> None:
    bought = [{"number": "1", "sku": goods, "quantity": 2, "unitPrice": 4000, "location": "main"}]
    dates = [{"name": "ordered", "on": "2025-05-01"}, {"name": "delivered", "on": "2025-05-10"}]
    order = {"number": goods, "partner": "acme", "currency": "USD", "dates": dates, "lines": bought}
    do(northwind, "AddOrders", orders=[order], idempotencyKey=key())
    set_stock(acme, goods, 5)
    opened(acme, receiver)
    line = {"order": goods, "line": "1", "reason": "change_of_mind"}
    asked = do(northwind, "RequestReturn", lines=[line], reference="", idempotencyKey=key())
    (made,) = asked["returns"]
    units = {"line": made["lines"][0]["id"], "units": 1}
    step = {"return": made["id"]}

    do(acme, "ReceiveReturn", **step, lines=[units], idempotencyKey=key())
    share(served)
    arrived = receiver.held[goods]
    graded = [{**units, "disposition": "RESTOCK"}]
    do(acme, "InspectReturn", **step, lines=graded, idempotencyKey=key())
    share(served)

    assert (arrived, receiver.held[goods]) == ((5, 1), (6, 2))


def test_goods_in_quarantine_are_seen_by_the_supplier_only(
    served: Served, acme: Caller, northwind: Caller, goods: str, receiver: Receiver
) -> None:
    set_stock(acme, goods, 5)
    opened(acme, receiver)
    store = served.parts.store
    with store.writing():
        owner = store.partners.by_handle("acme")
        assert owner is not None
        store.stock.apply(owner.id, on_receipt(goods, goods, "main", 2), "tests")
    store.close()

    seen = "nodes { available quarantine places { location } }"
    query = f"query($sku: String) {{ stock(sku: $sku) {{ {seen} }} }}"
    (mine,) = acme.ask(query, sku=goods)["stock"]["nodes"]
    (theirs,) = northwind.ask(query, sku=goods)["stock"]["nodes"]
    assert (mine["available"], mine["quarantine"]) == (5, 2)
    assert theirs == {"available": 5, "quarantine": None, "places": []}


def test_a_secret_is_shown_once_and_changed_with_both_valid(
    served: Served, acme: Caller, goods: str, receiver: Receiver
) -> None:
    set_stock(acme, goods, 5)
    said = {"idempotencyKey": key()}
    first, again = (put(acme, "northwind", receiver.address, **said) for _ in range(2))
    channel = first["channel"]
    turn = {"channel": channel["id"], "idempotencyKey": key()}
    new, repeated = (do(acme, "RotateChannelSecret", **turn) for _ in range(2))

    assert first["secret"].startswith("whsec_")
    assert (again["secret"], repeated["secret"]) == (None, None)
    assert new["secret"] != first["secret"]
    assert first["secret"][-4:] in first["channel"]["secretFingerprint"]
    assert new["channel"]["oldSecretUntil"] == "2025-06-02T12:00:00+00:00"
    for number, secret in enumerate((first["secret"], new["secret"])):
        receiver.secret = secret
        set_stock(acme, goods, number)
        share(served)
        assert receiver.held[goods][0] == number


def test_what_is_paused_resumed_resent_and_retried(
    served: Served, acme: Caller, goods: str, receiver: Receiver
) -> None:
    set_stock(acme, goods, 5)
    channel = opened(acme, receiver)
    share(served)
    told = len(receiver.told)

    do(acme, "PauseFeeds", channel=channel["id"])
    set_stock(acme, goods, 6)
    share(served)
    assert (len(receiver.told), feed(acme, channel, goods)["state"]) == (told, "PAUSED")
    do(acme, "ResumeFeeds", channel=channel["id"])
    share(served)
    assert receiver.told[-1] == {goods: (6, 2)}
    do(acme, "ResendFeeds", channel=channel["id"], sku=goods)
    share(served)
    assert receiver.told[-2:] == [{goods: (6, 2)}] * 2

    receiver.answers = [410]
    set_stock(acme, goods, 7)
    share(served)
    assert standing(acme)["stoppedAt"] is not None
    do(acme, "RetryFeeds", channel=channel["id"])
    share(served)
    assert receiver.held[goods] == (7, 3)
    assert standing(acme)["sync"]["error"] is None


def test_what_a_retailer_reports_is_compared_and_listed(
    served: Served, acme: Caller, northwind: Caller, goods: str, receiver: Receiver
) -> None:
    set_stock(acme, goods, 5)
    channel = opened(acme, receiver)
    share(served)

    levels = [{"sku": goods, "available": 4}, {"sku": "UNKNOWN", "available": 1}]
    found = do(northwind, "ReportStock", supplier="acme", levels=levels)

    assert found["differences"] == [{"sku": goods, "reported": 4, "acknowledged": 5}]
    listed = acme.ask("ChannelFeeds", id=channel["id"], only="DRIFTING")["node"]["feeds"]
    assert [each["availableReported"] for each in listed["nodes"]] == [4]
    assert standing(acme)["sync"]["drifting"] == 1


def test_buffers_are_the_suppliers_own_business(
    acme: Caller, northwind: Caller, goods: str, receiver: Receiver
) -> None:
    set_stock(acme, goods, 5)
    channel = opened(acme, receiver, buffer=2, buffers=[{"sku": goods, "units": 4}])
    query = "query($id: ID!) { node(id: $id) { ... on Channel { buffer buffers { sku units } } } }"

    mine = acme.ask(query, id=channel["id"])["node"]
    theirs = northwind.ask(query, id=channel["id"])["node"]

    assert mine == {"buffer": 2, "buffers": [{"sku": goods, "units": 4}]}
    assert theirs == {"buffer": None, "buffers": []}
    sold = northwind.ask("StockToSell", sku=goods)["stock"]["nodes"]
    assert [each["available"] for each in sold] == [1]


def test_stock_is_paged(acme: Caller, goods: str) -> None:
    skus = [goods, "LAMP-1"]
    for sku in skus:
        set_stock(acme, sku, 1)

    seen, after = [], None
    while True:
        page = acme.ask("MyStock", page={"first": 1, "after": after})["stock"]
        seen += [each["sku"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    last = acme.ask("MyStock", page={"last": 1})["stock"]

    assert set(skus) <= set(seen)
    assert len(seen) == len(set(seen)) == page["totalCount"]
    assert [each["sku"] for each in last["nodes"]] == seen[-1:]
    answer = acme.answer("MyStock", page={"after": "x"})
    assert answer["errors"][0]["extensions"]["code"] == "unknown_cursor"


@pytest.mark.parametrize(
    ("said", "code", "path"),
    [
        ({"levels": []}, "wrong_size", "input.levels"),
        ({"available": -1}, "wrong_quantity", "input.levels[0].available"),
        ({"available": 2_000_000_001}, "wrong_quantity", "input.levels[0].available"),
        ({"sku": "NONE"}, "unknown_sku", "input.levels[0].sku"),
        ({"location": "none"}, "unknown_location", "input.levels[0].location"),
        ({"twice": True}, "sent_twice", "input.levels"),
        ({"idempotencyKey": ""}, "wrong_idempotency_key", "input.idempotencyKey"),
    ],
)
def test_wrong_counts_are_named_problems(
    acme: Caller, goods: str, said: dict[str, Any], code: str, path: str
) -> None:
    level = {"sku": goods, "location": "main", "available": 1}
    level |= {name: value for name, value in said.items() if name in level}
    levels = said.get("levels", [level] * (2 if said.get("twice") else 1))
    found = do(acme, "SetStock", levels=levels, idempotencyKey=said.get("idempotencyKey", key()))

    assert (found["code"], found["path"]) == (code, path)


@pytest.mark.parametrize(
    ("said", "code", "path"),
    [
        ({"partner": "nobody"}, "not_found", "input.partner"),
        ({"buffer": -1}, "wrong_buffer", "input.buffer"),
        ({"buffers": [{"sku": "NONE", "units": 1}]}, "unknown_sku", "input.buffers"),
        ({"buffers": [{"sku": "LAMP-1", "units": 1}] * 2}, "sent_twice", "input.buffers"),
        ({"kind": "CSV"}, "wrong_address", "input.address"),
        ({"kind": "CSV", "address": None}, "no_feeds_folder", "input.kind"),
        ({"address": "http://10.0.0.1/"}, "wrong_address", "input.address"),
    ],
)
def test_wrong_channels_are_named_problems(
    acme: Caller, goods: str, said: dict[str, Any], code: str, path: str
) -> None:
    found = put(acme, **{"partner": "northwind", "address": "http://127.0.0.1:9/", **said})

    assert (found["code"], found["path"]) == (code, path)
    assert acme.ask("MyChannels")["channels"]["totalCount"] == 0


@pytest.mark.parametrize(
    ("levels", "code", "path"),
    [
        ([], "wrong_size", "input.levels"),
        ([{"sku": "LAMP-1", "available": 1}] * 2, "sent_twice", "input.levels"),
        ([{"sku": "LAMP-1", "available": -1}], "wrong_quantity", "input.levels[0].available"),
    ],
)
def test_wrong_reports_are_named_problems(
    northwind: Caller, levels: list[Any], code: str, path: str
) -> None:
    found = do(northwind, "ReportStock", supplier="acme", levels=levels)

    assert (found["code"], found["path"]) == (code, path)


def put_by(served: Served, channels: ChannelOpener, address: str) -> ChannelPut | InputProblem:
    parts = served.parts
    shared = replace(parts, channels=channels)
    with opener(shared)(f"Bearer {served.callers['acme'].key}") as context:
        assert isinstance(context, Context)
        said = PutChannelInput(
            partner="northwind",
            kind=ChannelKind.WEBHOOK,
            address=address,
            idempotency_key=key(),
        )
        return put_channel(context, said)


def leading(*addresses: str) -> ChannelOpener:
    """Outside of development, with name servers that lead to these addresses."""
    return ChannelOpener(
        vault=Vault.of(new_master_key()), resolver=lambda _host, _port: list(addresses)
    )


def test_no_hostile_address_becomes_a_channel_and_fine_ones_do(served: Served, goods: str) -> None:
    hostile = [put_by(served, leading(PUBLIC), url) for url in HOSTILE_URLS.split()]
    inside = [
        put_by(served, leading(PUBLIC, address), "https://partner.example/")
        for address in HOSTILE_ADDRESSES.split()
    ]
    assert {type(each) for each in hostile + inside} == {InputProblem}
    assert len(hostile + inside) >= 50

    fine = put_by(served, leading(PUBLIC), "https://partner.example/hook")
    served.parts.store.close()

    assert isinstance(fine, ChannelPut)
    assert fine.channel.address == "https://partner.example/hook"


def test_without_a_master_key_no_secret_is_made(served: Served, goods: str) -> None:
    keyless = ChannelOpener(vault=Vault.of(), resolver=lambda _host, _port: [PUBLIC])

    found = put_by(served, keyless, "https://partner.example/hook")
    served.parts.store.close()

    assert isinstance(found, InputProblem)
    assert found.code.value == "no_master_key"
    assert served.callers["acme"].ask("MyChannels")["channels"]["totalCount"] == 0


def test_channels_of_others_are_not_found(
    served: Served, acme: Caller, goods: str, receiver: Receiver
) -> None:
    channel = opened(acme, receiver)
    find = "query($id: ID!) { node(id: $id) { id } }"
    sees = {
        name
        for name, caller in served.callers.items()
        if caller.ask(find, id=channel["id"])["node"]
    }
    listed = {
        name for name, caller in served.callers.items() if caller.ask("ToldBy")["channels"]["nodes"]
    }

    assert sees == listed == {"acme", "acme support", "northwind", "northwind support"}
    for operation in (*CHANGES, "RotateChannelSecret"):
        more = {"idempotencyKey": key()} if operation == "RotateChannelSecret" else {}
        for id_ in (channel["id"], "x"):
            found = do(served.callers["globex"], operation, channel=id_, **more)
            assert found["code"] == "not_found"


def test_stock_of_others_is_neither_seen_nor_reported(
    served: Served, acme: Caller, goods: str, receiver: Receiver
) -> None:
    set_stock(acme, goods, 5)
    opened(acme, receiver)
    seen = {
        name
        for name, caller in served.callers.items()
        if caller.ask("StockToSell", sku=goods)["stock"]["nodes"]
    }
    said = {"supplier": "acme", "levels": [{"sku": goods, "available": 1}]}

    assert seen == {"acme", "acme support", "northwind", "northwind support"}
    assert do(served.callers["southgate"], "ReportStock", **said)["code"] == "not_found"
    globex = set_stock(served.callers["globex"], goods, 1)
    assert (globex["code"], globex["path"]) == ("unknown_sku", "input.levels[0].sku")


def test_only_suppliers_run_feeds_and_only_retailers_report(served: Served) -> None:
    channel = {"channel": "x"}
    level = {"sku": "LAMP-1", "location": "main", "available": 1}
    supplier_only: list[tuple[str, dict[str, Any]]] = [
        ("SetStock", {"levels": [level], "idempotencyKey": "k"}),
        ("PutChannel", {"partner": "x", "kind": "CSV", "idempotencyKey": "k"}),
        ("RotateChannelSecret", {**channel, "idempotencyKey": "k"}),
        *((operation, channel) for operation in CHANGES),
    ]
    report = ("ReportStock", {"supplier": "acme", "levels": [{"sku": "x", "available": 1}]})
    forbidden = [
        *((who, each) for who in ("northwind", "acme support") for each in supplier_only),
        *((who, report) for who in ("acme", "northwind support")),
    ]

    for who, (operation, said) in forbidden:
        answer = served.callers[who].answer(operation, input=said)
        assert refused(answer) == "not_allowed", (who, operation)


def test_locations_are_no_filter_for_retailers(northwind: Caller) -> None:
    answer = northwind.answer("MyStock", location="main")

    assert answer["errors"][0]["extensions"]["code"] == "wrong_filter"
