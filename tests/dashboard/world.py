"""The demo's partners with a return of each supplier, and people who are signed in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.testclient import TestClient

from adapters.identity.principal import Role, Scope
from adapters.identity.vault import new_master_key
from adapters.store.connection.address import SqliteFile
from adapters.store.keys import NewKey
from returns_api.serving.settings import Limits
from takeback.components import Components, made
from takeback.demo.load import load
from takeback.demo.run import people
from takeback.demo.walk import Keys, Walk
from takeback.server import app_of
from takeback.settings import Settings

HOST: Final = "http://127.0.0.1"
SUPPLIER, RETAILER = ("acme-supply", Role.SUPPLIER), ("southgate", Role.RETAILER)
SUPPORT, OTHER = ("acme-supply", Role.SUPPORT), ("hearth-home", Role.SUPPLIER)
STRANGER: Final = ("northwind", Role.RETAILER)
EVERYBODY: Final = (SUPPLIER, RETAILER, SUPPORT, OTHER, STRANGER)
Who = tuple[str, Role]
PHOTO: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""A PNG of one point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One server with data; `ids` are what the parameters of pages' paths may be, by partner."""

    app: Starlette
    parts: Components
    keys: Keys
    ids: Mapping[str, Mapping[str, str]]

    def client(self, host: str = HOST, at: str = "127.0.0.1") -> TestClient:
        """A browser at an address that nobody signed in with."""
        return TestClient(
            self.app,
            base_url=host,
            headers={"origin": host},
            follow_redirects=False,
            client=(at, 50_000),
        )

    def person(self, who: Who) -> TestClient:
        """Somebody who signed in by their key."""
        return self.signed_in(self.keys[who])

    def narrow(self, *scopes: Scope, who: Who = SUPPLIER) -> TestClient:
        """Somebody who signed in by a key that may do these things alone."""
        store = self.parts.store
        with store.session():
            partner = store.partners.by_handle(who[0])
            assert partner
            new = NewKey(partner=partner.id, name="Narrow", role=who[1], scopes=list(scopes))
            _, key = store.keys.issue(new, "tests")
        return self.signed_in(key)

    def signed_in(self, key: str) -> TestClient:
        """Somebody who signed in by any key."""
        client = self.client()
        answer = client.post("/sign-in", data={"key": key})
        assert answer.status_code == 303, answer.text
        return client


@contextmanager
def opened(migrated: Path, folder: Path, **more: Any) -> Iterator[World]:
    """A world on a copy of a database that has its tables; `more` are other settings."""
    path = Path(shutil.copy(migrated, folder / "takeback.sqlite"))
    usual = {"master_keys": (new_master_key(),), "limits": Limits(points_per_second=10**8)}
    settings = Settings(database=SqliteFile(path=path), **{**usual, **more})
    parts = made(settings)
    keys = load(parts.store, parts.now().date())
    parts.store.close()
    app = app_of(parts, settings, people(keys))
    http = TestClient(app, base_url=HOST)
    _returned(http, keys, parts)
    yield World(app=app, parts=parts, keys=keys, ids=_ids(http, keys))
    parts.close()


def _returned(http: Any, keys: Keys, parts: Components) -> None:
    """One return of each supplier by southgate: acme's is looked at, hearth's is approved."""
    walk = Walk(http, keys, parts.now().date())
    for part in walk._requested():
        _photographed(http, keys[RETAILER], part["id"])
        if part["supplier"]["handle"] == "acme-supply":
            walk._came_back(part)


def _photographed(http: Any, key: str, return_: str) -> None:
    fields = {"return": return_, "idempotencyKey": f"photo {return_}"}
    headers = {"authorization": f"Bearer {key}"}
    files = {"file": ("box.png", PHOTO)}
    answer = http.post("/files", data=fields, files=files, headers=headers)
    assert answer.status_code == 201, answer.text


def _ids(http: Any, keys: Keys) -> dict[str, dict[str, str]]:
    """What the modules of `ids/` find for each partner that has something."""
    names = sorted(path.stem for path in Path(__file__).with_name("ids").glob("*.py"))
    areas = [import_module(f"tests.dashboard.ids.{name}") for name in names]
    found: dict[str, dict[str, str]] = {}
    for who in (SUPPLIER, OTHER, RETAILER):
        ask = partial(_asked, http, keys[who])
        found[who[0]] = {
            name: said for area in areas for name, said in area.ids(ask, who[0]).items()
        }
    return found


def _asked(http: Any, key: str, query: str) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {key}"}
    answer = http.post("/graphql", json={"query": query}, headers=headers).json()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data
