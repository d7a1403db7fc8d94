"""What a server serves to browsers by its settings, and to programs at the same addresses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from takeback.server import app_of
from takeback.settings import Settings
from tests.dashboard.world import HOST, SUPPLIER, World

BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
INTROSPECTION = {"query": "{ __schema { queryType { name } } }"}


def served(world: World, **said: str) -> TestClient:
    settings = Settings.from_environment({f"TAKEBACK_{name}": text for name, text in said.items()})
    limits = replace(settings.limits, get=True)
    app = app_of(world.parts, replace(settings, limits=limits))
    return TestClient(app, base_url=HOST, follow_redirects=False)


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ({}, True),
        ({"PROFILE": "production"}, False),
        ({"PROFILE": "production", "EXPLORER": "on"}, True),
        ({"EXPLORER": "off"}, False),
        ({"DASHBOARD": "off"}, True),
        ({"DASHBOARD": "off", "EXPLORER": "off"}, False),
    ],
    ids=str,
)
def test_the_explorer_is_there_where_the_settings_say_so(
    world: World, said: dict[str, str], *, there: bool
) -> None:
    answer = served(world, **said).get("/graphql", headers=BROWSER)

    assert ("GraphiQL" in answer.text) is there
    assert there or answer.json()["errors"]


@pytest.mark.parametrize(("explorer", "answered"), [("on", True), ("off", False)])
def test_in_production_introspection_goes_with_the_explorer(
    world: World, explorer: str, *, answered: bool
) -> None:
    key = {"authorization": f"Bearer {world.keys[SUPPLIER]}"}
    client = served(world, PROFILE="production", EXPLORER=explorer)

    answer = client.post("/graphql", json=INTROSPECTION, headers=key).json()

    assert ("errors" not in answer) is answered


def test_a_query_in_the_address_is_answered_to_browsers_too(world: World) -> None:
    headers = {**BROWSER, "authorization": f"Bearer {world.keys[SUPPLIER]}"}

    answer = served(world).get("/graphql?query={__typename}", headers=headers)

    assert answer.json()["data"] == {"__typename": "Query"}


def test_without_the_dashboard_a_page_explains_the_api(world: World) -> None:
    client = served(world, DASHBOARD="off")

    assert "POST http://127.0.0.1/graphql" in client.get("/").text
    assert client.get("/returns").status_code == 404


def test_the_pages_work_where_registered_documents_alone_are_answered(world: World) -> None:
    client = served(world, DOCUMENTS="registered")
    client.headers["origin"] = HOST

    client.post("/sign-in", data={"key": world.keys[SUPPLIER]})

    assert client.get("/returns").status_code == 200


def test_wrong_keys_at_the_sign_in_page_are_slowed_down_as_at_the_api(world: World) -> None:
    client = served(world)
    client.headers["origin"] = HOST
    wrong = [f"tb_{at:012x}_{'x' * 43}" for at in range(40)]

    codes = [client.post("/sign-in", data={"key": key}).status_code for key in wrong]

    assert codes[0] == 401
    assert codes[-1] == 429


def test_two_processes_serve_one_session(world: World) -> None:
    first, second = served(world), served(world)
    first.post("/sign-in", data={"key": world.keys[SUPPLIER]}, headers={"origin": HOST})
    second.cookies = first.cookies
    assert second.get("/returns").status_code == 200

    second.post("/sign-out", headers={"origin": HOST})

    assert first.get("/returns").status_code == 303
