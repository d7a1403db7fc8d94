"""Serves the demo, after printing how to query it."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import httpx
from rich.console import Console

from adapters.identity.principal import Role
from adapters.store.connection.address import SqliteFile
from dashboard.session import DemoPerson
from engine.errors import RequestFault
from services.workers.running import at_work
from takeback.components import made
from takeback.demo import data
from takeback.demo.funds import fund, stand_in
from takeback.demo.load import load
from takeback.demo.walk import PATIENCE, Keys, Stuck, Walk, waited
from takeback.page import FIRST_QUERY, curl
from takeback.server import app_of, bound, run
from takeback.settings import Profile, Settings
from takeback.terminal import progress, say, stdout

NEXT_PORTS: Final = 20
_TELLS: Final = {
    Role.SUPPLIER: "Ships the goods and takes them back, by its own policies.",
    Role.RETAILER: "Sells the goods, and asks for returns on behalf of its consumers.",
    Role.SUPPORT: "Answers callers, and decides what waits for a person.",
}


def run_demo(settings: Settings, port: int | None = None) -> None:
    """Loads the data, prints keys and a first query, walks through a return, serves until Ctrl-C.

    The data goes into a file of its own unless a database is set. If the wanted port is in use, the
    next free one is taken and printed.
    """
    if settings.profile is Profile.PRODUCTION:
        raise RequestFault(
            "demo_in_production", "The demo adds partners and keys; it is not for production."
        )
    settings = _apart(settings)
    wanted = settings.port if port is None else port
    listening = free(settings.host, wanted)
    try:
        if wanted not in (0, listening.getsockname()[1]):
            said = f"Port {wanted} is in use; taking {listening.getsockname()[1]}."
            say(stdout(), (said, "yellow"))
        with stand_in(_beside(settings)) as base:
            _served(replace(settings, stripe_api_base=base), listening)
    finally:
        listening.close()


def _served(settings: Settings, listening: socket.socket) -> None:
    parts = made(settings)
    try:
        today = parts.now().date()
        with progress("loading the demo's data"):
            keys = load(parts.store, today)
            fund(parts, today, settings.stripe_api_base)
        parts.store.close()
        address = _address(settings.host, listening.getsockname()[1])
        query = FIRST_QUERY % (data.number(today, 1), "change_of_mind")
        _explain(stdout(), address, keys, query)
        walking = threading.Thread(target=_walk, args=(address, keys, today), daemon=True)
        walking.start()
        with at_work(parts, settings.workers):
            app = app_of(parts, settings, people(keys))
            run(app, listening, app.state.live)
    finally:
        parts.close()


def people(keys: Keys) -> list[DemoPerson]:
    """Returns the demo's users, who can sign in to the dashboard with a click."""
    return [
        DemoPerson(name=data.PARTNERS[handle][0], role=role, tells=_TELLS[role], key=key)
        for (handle, role), key in keys.items()
    ]


def _walk(address: str, keys: Keys, today: date) -> None:
    """Walks through a return once the server answers; the demo goes on without it."""
    console = stdout()
    try:
        with httpx.Client(base_url=address, timeout=PATIENCE) as http:
            waited(lambda: _health(http), "the server does not answer")
            say(console, "\n", ("A whole return", "bold"), ", as southgate's consumer:\n")
            for line in Walk(http, keys, today).told():
                say(console, f"  {line}")
    except (Stuck, httpx.HTTPError) as error:
        say(console, (f"  It was not walked to its end: {error}", "yellow"))
    say(console, "\nCtrl-C ends it.")


def _health(http: httpx.Client) -> dict[str, Any] | None:
    try:
        return dict(http.get("/health").raise_for_status().json())
    except httpx.HTTPError:
        return None


def free(host: str, port: int) -> socket.socket:
    """Returns a socket bound to the port, or to the next free one."""
    for following in range(port, min(port + NEXT_PORTS, 65_535) + 1):
        try:
            return bound(host, following)
        except RequestFault as fault:
            if fault.code != "address_taken":
                raise
    raise RequestFault(
        "address_taken", f"The ports {port} to {port + NEXT_PORTS} of {host} are all in use."
    )


def _apart(settings: Settings) -> Settings:
    if settings.database == Settings().database:
        return replace(settings, database=SqliteFile(path=Path("takeback-demo.sqlite")))
    return settings


def _beside(settings: Settings) -> Path:
    """Returns the payments file of the simulated gateway: beside the database, if that
    is a file.
    """
    database = settings.database
    path = database.path if isinstance(database, SqliteFile) else Path("takeback-demo.sqlite")
    return path.with_suffix(".payments.sqlite")


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _explain(console: Console, address: str, keys: dict[tuple[str, Role], str], query: str) -> None:
    say(console, ("Takeback's demo", "bold"), f" is at {address}: open it in a browser.")
    say(console, "\n", ("Keys", "bold"), ", made for this run; those of earlier runs work too:")
    for (handle, role), key in keys.items():
        say(console, f"  {role:<9} {handle:<12} {key}")
    say(console, "\n", ("A first question", "bold"), ", as northwind:\n")
    say(console, query)
    say(console, "\n", ("The same, to paste", "bold"), ":\n")
    say(console, curl(f"{address}/graphql", keys["northwind", Role.RETAILER], query))
