"""What an operation costs and how long it takes is limited, told, and known before it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

import pytest
from graphql import OperationDefinitionNode, parse
from starlette.testclient import TestClient

from adapters.store.connection.address import SqliteFile
from adapters.store.connection.deadline import Deadline, current
from adapters.store.database import Store
from returns_api.prices import PRICES
from returns_api.schema import core_schema
from returns_api.serving import documents, operations
from returns_api.serving.bodies import Ask
from returns_api.serving.guesses import WRONG_KEYS
from returns_api.serving.meter import Meter, Stopped
from returns_api.serving.operations import MOST_POINTS, Operations
from returns_api.serving.settings import Limits
from takeback.server import application
from takeback.settings import Profile
from tests.api.conftest import OPERATIONS, Caller, Served
from tests.timing import within

GRAPHQL = "application/graphql-response+json"
FIND = '{ orders(number: "N-1") { nodes { id lines { id } } } }'
LIVE = Limits(points_per_second=1_000)
ENDLESS = {
    True: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    False: "SELECT pg_sleep(600)",
}


@contextmanager
def limited(
    served: Served, limits: Limits, proxies: tuple[str, ...] = (), address: str = "192.0.2.9"
) -> Iterator[TestClient]:
    """The same data behind limits of one's own."""
    app = application(served.parts, Profile.PRODUCTION, limits, trusted_proxies=proxies)
    headers = {"authorization": f"Bearer {served.callers['northwind'].key}", "accept": GRAPHQL}
    with TestClient(app, headers=headers, client=(address, 5_000)) as client:
        yield client
    served.parts.store.close()


@pytest.fixture(params=["a plan", "graphql-core"])
def by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Begins documents that are run so; they are remembered by their text."""
    if request.param == "graphql-core":
        monkeypatch.setattr(documents, "compiled", lambda *_: None)
    return f"# by {request.param}\n"


def ask(client: TestClient, query: str, key: str | None = None, **headers: str) -> Any:
    more = {"authorization": f"Bearer {key}", **headers} if key else headers
    return client.post("/graphql", json={"query": query}, headers=more)


def code(answer: Any) -> str:
    found: str = answer.json()["errors"][0]["extensions"]["code"]
    return found


# --- cost -----------------------------------------------------------------------------------------


def test_an_answer_says_what_it_cost_and_what_is_left(closed: Served) -> None:
    with limited(closed, LIVE) as client:
        ask(client, FIND)  # from now on it is known
        answer = ask(client, FIND)

    cost = answer.json()["extensions"]["cost"]
    assert (cost["requested"], cost["actual"]) == (2 + 20 * (10 + 5 * 2), 2 + 10 + 2 * 2)
    assert (cost["mostOfOperation"], cost["perSecond"]) == (MOST_POINTS, 1_000)
    assert answer.headers["ratelimit-limit"] == str(MOST_POINTS)
    assert answer.headers["ratelimit-remaining"] == str(cost["remaining"])
    assert 0 <= int(answer.headers["ratelimit-reset"]) <= 10


def test_what_was_counted_and_not_used_is_given_back(closed: Served) -> None:
    with limited(closed, Limits(points_per_second=1)) as client:
        ask(client, FIND)
        costs = [ask(client, FIND).json()["extensions"]["cost"] for _ in range(2)]

    spent = costs[0]["remaining"] - costs[1]["remaining"]
    assert costs[1]["actual"] - 3 <= spent <= costs[1]["actual"] < costs[1]["requested"]


INSPECT = """mutation($input: InspectReturnInput!) {
  inspectReturn(input: $input) { __typename }
}"""


@pytest.mark.parametrize("units", [1, 200, 300])
def test_each_finding_of_an_inspection_costs_whatever_is_selected(
    closed: Served, units: int
) -> None:
    lines = [{"line": "none", "units": 1, "disposition": "RESTOCK"}] * units
    said = {"input": {"return": "none", "lines": lines, "idempotencyKey": "k"}}
    key = {"authorization": f"Bearer {closed.callers['acme'].key}"}
    with limited(closed, Limits(points_per_second=100_000)) as client:
        answer = client.post(
            "/graphql", json={"query": INSPECT, "variables": said}, headers=key
        ).json()

    if units == 300:
        assert answer["errors"][0]["extensions"]["code"] == "too_costly"
        return
    assert answer["data"] == {"inspectReturn": {"__typename": "InputProblem"}}
    cost = answer["extensions"]["cost"]
    assert cost["actual"] == 100 + 1 + 40 * units <= cost["requested"]


def test_what_runs_again_since_it_could_not_be_stored_with_others_is_paid_once(
    closed: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OSError("of another request")

    lines = ", ".join(['{order: "N-1", line: "1"}'] * 20)
    asked = f"{{ eligibility(lines: [{lines}]) {{ decisionId }} }}"
    with limited(closed, Limits(points_per_second=100)) as client:
        ask(client, asked)  # from now on it is known
        first = ask(client, asked).json()["extensions"]["cost"]
        monkeypatch.setattr(closed.parts.store.group_commit, "commit", fail)
        answer = ask(client, asked).json()

    second = answer["extensions"]["cost"]
    assert all(each["decisionId"] for each in answer["data"]["eligibility"])
    assert second["actual"] == first["actual"]
    assert first["remaining"] - second["remaining"] <= second["actual"]


def test_a_document_that_is_new_is_paid_by_the_time_that_it_takes(
    closed: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenths = (number / 10 for number in count())
    clock = SimpleNamespace(thread_time=lambda: next(tenths))  # 6,666 points for each document
    monkeypatch.setattr(operations, "time", clock)
    with limited(closed, Limits(points_per_second=1)) as client:
        answers = [ask(client, f"# {number}\n{{ __typename }}") for number in range(2)]

    assert [each.status_code for each in answers] == [200, 429]


def test_processes_share_what_a_caller_may_spend(closed: Served) -> None:
    with limited(closed, Limits(points_per_second=8_000, processes=4)) as client:
        answer = ask(client, FIND)

    assert answer.json()["extensions"]["cost"]["perSecond"] == 2_000
    assert answer.headers["ratelimit-limit"] == "20000"


def test_who_has_spent_it_is_told_when_to_come_back_and_others_are_answered(
    closed: Served,
) -> None:
    inner = "{ nodes { lines { order { lines { order { id } } } } } }"
    dear = (
        "{ " + " ".join(f'o{n}: orders(first: 5, number: "N-1") {inner}' for n in range(4)) + " }"
    )
    with limited(closed, Limits(points_per_second=100)) as client:
        answers = [ask(client, dear) for _ in range(12)]
        other = ask(client, dear, closed.callers["southgate"].key)

    last = answers[-1]
    assert last.status_code == 429
    assert code(last) == "rate_limited"
    assert int(last.headers["retry-after"]) >= 1
    assert "data" not in last.json()
    assert answers[0].status_code == other.status_code == 200


@pytest.mark.parametrize("path", sorted(OPERATIONS.glob("*.graphql")), ids=lambda path: path.stem)
def test_our_own_documents_pass_whole_with_pages_of_a_hundred(path: Any) -> None:
    operations = Operations(core_schema(), PRICES, Limits(), open_=False)
    text = path.read_text()
    variables = {"page": {"first": 100}, "lines": [{}] * 100, "goods": [{}] * 100}
    for each in parse(text).definitions:
        if isinstance(each, OperationDefinitionNode) and each.name:
            chosen = operations._documents.choose(text, each.name.value)
            assert chosen.prepared.errors == ()
            assert chosen.cost(variables) <= MOST_POINTS, each.name.value


def test_a_whole_file_is_run_by_the_name_of_an_operation(northwind: Caller) -> None:
    text = (OPERATIONS / "retailer.graphql").read_text()
    body = {"query": text, "operationName": "FindOrder", "variables": {"number": "N-1"}}

    assert northwind.post(body).json()["data"]["orders"]["nodes"][0]["number"] == "N-1"


def test_lists_in_lists_are_refused_before_they_run(northwind: Caller) -> None:
    deep = '{orders(number:"N-1"){nodes{' + "lines{order{" * 4 + "lines{id}" + "}}" * 4 + "}}}"

    def refused(again: int) -> Any:
        return northwind.post({"query": f"{deep} # {again}"}, headers={"accept": GRAPHQL})

    answer = within(1.0, refused)
    assert (answer.status_code, code(answer)) == (400, "too_costly")
    assert answer.json()["errors"][0]["message"] == (
        "This operation may cost 312,402 points, most of them for "
        "`orders.nodes.lines.order.lines.order.lines.order.lines.order`; at most 10,000 are "
        "answered. Ask for smaller pages (`first`), for fewer at once, or for less inside lists: "
        "what takes long to work out counts for more."
    )


def test_a_list_that_is_longer_than_it_says_is_stopped_while_it_runs(
    served: Served, northwind: Caller, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    found = served.parts.store.partnerships.all_of
    monkeypatch.setattr(
        served.parts.store.partnerships, "all_of", lambda principal: found(principal) * 2_000
    )
    query = f"{by}{{ me {{ partnerships {{ id }} }} }}"

    answer = northwind.post({"query": query}, headers={"accept": GRAPHQL})

    assert (answer.status_code, code(answer)) == (400, "too_costly")
    assert "came to more than 10,000 points and was stopped" in answer.text


# --- time -----------------------------------------------------------------------------------------


def test_what_takes_too_long_in_the_database_is_ended(
    served: Served, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    endless = ENDLESS[isinstance(served.database, SqliteFile)]
    store = served.parts.store
    monkeypatch.setattr(store.partnerships, "all_of", lambda _: store._database.execute(endless))
    with limited(served, Limits(seconds=0.2)) as client:
        answer = ask(client, f"{by}{{ me {{ role partnerships {{ id }} }} }}")
        after = ask(client, "{ me { __typename } }")

    assert (answer.status_code, code(answer)) == (503, "took_too_long")
    assert "data" not in answer.json()
    assert after.json()["data"] == {"me": {"__typename": "Me"}}


def test_what_is_stopped_has_spent_what_it_wanted() -> None:
    """Else what takes the longest would be free."""
    operations = Operations(core_schema(), PRICES, Limits(), open_=False)
    text = "{ me { partnerships { id } } }"
    asked = Ask(query=text, variables=None, operation=None, reads_only=False)
    caller, late = cast("Any", SimpleNamespace(payer="acme")), Deadline()
    late.until = 0
    operations._documents.choose(text, None)
    with pytest.raises(Stopped):
        operations.run(asked, caller, Meter(late))

    wanted = operations._documents.choose(text, None).cost({})
    full = operations._allowance.most
    assert wanted > 10
    assert operations._allowance.settle("acme", 0).points <= full - wanted / 2


def test_the_clock_is_looked_at_between_fields(
    served: Served, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    def slow(_principal: object) -> list[Any]:
        deadline = current()
        assert deadline is not None
        deadline.until = 0
        return []

    monkeypatch.setattr(served.parts.store.partnerships, "all_of", slow)
    with limited(served, Limits(seconds=60)) as client:
        answer = ask(client, f"{by}{{ me {{ partnerships {{ id }} role }} }}")

    assert (answer.status_code, code(answer)) == (503, "took_too_long")
    assert answer.json()["errors"][0]["message"] == (
        "This took longer than 60 seconds and was stopped; nothing of it was kept. Ask for less at "
        "once, or ask again."
    )


PUT = """mutation {
    putProducts(input: {products: [{sku: "%s", title: "T", facts: []}], locations: []}) {
    __typename ... on ProductsPut { products } ... on Problem { code } } }"""


def put_late(store: Store, monkeypatch: pytest.MonkeyPatch, *, written: bool) -> None:
    """The deadline passes while goods are put, or once all is written but for the commit."""
    put, write = store.goods.put, store.journal.write

    def pass_() -> None:
        deadline = current()
        assert deadline is not None
        deadline.until = 0

    def late(*arguments: Any, **more: Any) -> Any:
        pass_()
        return put(*arguments, **more)

    def written_late() -> None:
        write()
        store._database.flush()
        pass_()

    if written:
        monkeypatch.setattr(store.journal, "write", written_late)
    else:
        monkeypatch.setattr(store.goods, "put", late)


def test_a_mutation_past_its_commit_answers_its_result(
    served: Served, acme: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_late(served.parts.store, monkeypatch, written=True)

    assert acme.ask(PUT % "IN-TIME")["putProducts"]["__typename"] == "ProductsPut"


def test_a_mutation_that_is_late_before_its_commit_changes_nothing(
    served: Served, acme: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        put_late(served.parts.store, patched, written=False)
        answer = acme.post({"query": PUT % "LATE"}, headers={"accept": GRAPHQL})
    with served.parts.store.session():
        supplier = served.parts.store.partners.principal(acme.key)
        assert supplier is not None
        found = served.parts.store.goods.named(supplier.tenant, ["LATE"])
    served.parts.store.close()

    assert (answer.status_code, code(answer)) == (503, "took_too_long")
    assert found == {}


def test_a_body_that_never_ends_is_given_up(closed: Served) -> None:
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.Event().wait()

    async def keep(message: Any) -> None:
        sent.append(message)

    app = application(closed.parts, Profile.PRODUCTION, Limits(seconds=0.05))
    head = [(b"content-type", b"application/json"), (b"content-length", b"100")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": head}
    asyncio.run(app({**scope, "query_string": b"", "client": ("192.0.2.9", 5_000)}, never, keep))

    assert sent[0]["status"] == 408
    assert b"incomplete_body" in sent[1]["body"]


# --- who may come, and how ------------------------------------------------------------------------


def test_get_is_answered_where_it_is_meant(closed: Served) -> None:
    asked = {"query": "{ me { __typename } }"}
    with limited(closed, Limits()) as client:
        there = client.get("/graphql", params=asked)
    with limited(closed, Limits(get=False)) as client:
        gone = client.get("/graphql", params=asked)

    assert there.json()["data"] == {"me": {"__typename": "Me"}}
    assert (gone.status_code, gone.headers["allow"]) == (405, "POST")


def test_who_tries_keys_is_slowed_down_and_nobody_else_is(closed: Served) -> None:
    known, new = closed.callers["northwind"].key, closed.callers["acme"].key

    def status(key: str, address: str) -> int:
        found: int = ask(client, "{__typename}", key, **{"x-forwarded-for": address}).status_code
        return found

    with limited(closed, Limits(), ("10.0.0.0/8",), address="10.1.2.3") as client:
        assert status(known, "192.0.2.1") == 200
        guesses = [status(f"tb_{n:012x}_{'x' * 43}", "192.0.2.1") for n in range(WRONG_KEYS)]
        assert guesses == [401] * WRONG_KEYS
        refused = ask(client, "{__typename}", "tb_1", **{"x-forwarded-for": "192.0.2.1"})
        assert (refused.status_code, code(refused)) == (429, "rate_limited")
        assert int(refused.headers["retry-after"]) >= 1
        assert status(known, "192.0.2.1") == 200  # who shares the address and was right before
        assert status("tb_1", "192.0.2.2") == 401
        assert status(new, "192.0.2.2") == 200
        assert status("tb_1", "203.0.113.9, 192.0.2.1") == 429  # what a client adds is not believed


def test_an_address_is_taken_from_nobody_but_a_trusted_proxy(closed: Served) -> None:
    with limited(closed, Limits(), ("10.0.0.0/8",), address="192.0.2.9") as client:
        found = [
            ask(client, "{__typename}", "tb_1", **{"x-forwarded-for": f"198.51.100.{n}"})
            for n in range(WRONG_KEYS + 1)
        ]

    assert [each.status_code for each in found] == [401] * WRONG_KEYS + [429]
