"""The demo loads as often as it is started, and its first question gets an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from adapters.identity.principal import Kind, Role
from adapters.store.connection.address import SqliteFile
from adapters.store.publishing import Draft
from engine.errors import RequestFault
from services.workers.running import at_work
from takeback.bases import Bases
from takeback.components import Components, made
from takeback.demo import data, run_demo
from takeback.demo.funds import fund, stand_in
from takeback.demo.load import load
from takeback.demo.run import free
from takeback.demo.walk import Walk
from takeback.page import FIRST_QUERY
from takeback.publishing import published
from takeback.server import application, bound
from takeback.settings import Profile, Settings, policies_folder

Keys = dict[tuple[str, Role], str]


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Components]:
    parts = made(Settings(database=SqliteFile(path=tmp_path / "demo.sqlite")))
    yield parts
    parts.library.close()
    parts.store.close()


def asked(parts: Components, key: str, query: str) -> dict[str, object]:
    with TestClient(application(parts, Profile.DEVELOPMENT)) as client:
        answer: httpx.Response = client.post(
            "/graphql", json={"query": query}, headers={"authorization": f"Bearer {key}"}
        )
    found: dict[str, object] = answer.json()
    assert "errors" not in found
    return found


def test_the_first_question_is_accepted(parts: Components) -> None:
    today = parts.now().date()
    keys = load(parts.store, today)
    query = FIRST_QUERY % (data.number(today, 1), "change_of_mind")

    answer = asked(parts, keys["northwind", Role.RETAILER], query)

    assert "'answer': 'ACCEPT'" in str(answer)
    assert "Oakland" in str(answer)


def test_the_demo_shows_more_than_one_answer(parts: Components) -> None:
    today = parts.now().date()
    keys = load(parts.store, today)
    lines = ", ".join(f'{{order: "{data.number(today, n)}", line: "1"}}' for n in (1, 2, 3, 4))
    query = f"{{ eligibility(lines: [{lines}]) {{ answer code }} }}"

    answer = asked(parts, keys["northwind", Role.RETAILER], query)

    assert answer["data"] == {
        "eligibility": [
            {"answer": "ACCEPT", "code": "ok"},
            {"answer": "REFUSE", "code": "outside_window"},
            {"answer": "ASK", "code": "fact_missing"},
            {"answer": None, "code": "quantity_exceeded"},
        ]
    }


def test_loading_again_changes_nothing_and_a_later_day_adds_orders(parts: Components) -> None:
    today = date(2025, 6, 1)
    first = load(parts.store, today)
    load(parts.store, today)
    load(parts.store, today + timedelta(days=1))

    query = (
        '{ me { partner { handle } } orders(number: "R-0601-1") { nodes { lines { number } } } }'
    )
    answer = asked(parts, first["northwind", Role.RETAILER], query)

    assert answer["data"] == {
        "me": {"partner": {"handle": "northwind"}},
        "orders": {"nodes": [{"lines": [{"number": "1"}, {"number": "2"}]}]},
    }


def test_the_demo_walks_a_whole_return_and_tells_the_same_when_started_again(
    tmp_path: Path,
) -> None:
    with stand_in(tmp_path / "demo.payments") as base:
        file = SqliteFile(path=tmp_path / "demo.sqlite")
        parts = made(Settings(database=file, stripe_api_base=base))
        stories = [walked(parts, base) for _ in range(2)]
        parts.close()

    told = re.sub(r"R-\w{10}", "R-NUMBER", "\n".join(stories[0]))
    assert stories[0] == stories[1]
    assert "1 THROW-RED refuse: This was a final sale" in told
    assert "1 TABLE-OAK USD 204.00 by account credit: succeeded" in told
    assert "2 LAMP-GLASS USD 78.00 by refund: succeeded" in told
    assert "TABLE-OAK is back on sale at hearth-home: 41 available" in told


def walked(parts: Components, base: str) -> list[str]:
    today = parts.now().date()
    keys = load(parts.store, today)
    fund(parts, today, base)
    parts.store.close()
    with TestClient(application(parts, Profile.DEVELOPMENT)) as client, at_work(parts, 1):
        return list(Walk(client, keys, today).told())


def test_a_port_in_use_is_stepped_over() -> None:
    with bound("127.0.0.1", 0) as taken, free("127.0.0.1", taken.getsockname()[1]) as other:
        assert other.getsockname()[1] > taken.getsockname()[1]


def test_the_demo_is_not_for_production() -> None:
    with pytest.raises(RequestFault) as fault:
        run_demo(Settings(profile=Profile.PRODUCTION))

    assert fault.value.code == "demo_in_production"


def test_the_policy_of_the_readme_may_be_published_beside_the_demo(parts: Components) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(policy: acme-supply/standard\n.*?)```", readme, re.DOTALL)
    load(parts.store, parts.now().date())

    with parts.store.session(), parts.store.atomic():
        owner = parts.store.partners.by_handle(data.ACME)
        assert owner is not None
        edition = published(parts.store, owner, Draft(text=text, by="a reader"), Bases(()))

    assert edition.reference == "acme-supply/standard@2"


def test_a_database_that_is_not_the_demos_own_is_told_with_what_to_do(parts: Components) -> None:
    text = (policies_folder() / "standard.yaml").read_text(encoding="utf-8")
    with parts.store.session():
        owner = parts.store.partners.add(data.ACME, data.ACME, Kind.SUPPLIER)
        later = text.replace("\nversion: 1 ", "\nversion: 2 ")
        published(parts.store, owner, Draft(text=later, by="tests"), Bases(()))

    with pytest.raises(RequestFault, match="remove or rename its file"):
        load(parts.store, parts.now().date())
