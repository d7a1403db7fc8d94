"""A client that ariadne-codegen makes of the schema and the documents asks a server.

It needs an older graphql-core than the server, so that it lives in an environment of its own, which
`TAKEBACK_TEST_CLIENTS` names; `.ci/run` makes it.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.api.conftest import Served

ENVIRONMENT: Final = os.environ.get("TAKEBACK_TEST_CLIENTS", "")
GRAPHQL: Final = Path(__file__).parents[2] / "graphql"
SETTINGS: Final = """
[tool.ariadne-codegen]
schema_path = "{folder}/schema.graphql"
queries_path = "{folder}/operations/{role}.graphql"
target_package_name = "{role}"
async_client = false
"""
ASKING: Final = """
import sys
from retailer import Client
from retailer.enums import Answer, Party
from retailer.input_types import EligibilityLineInput
address, key = sys.argv[1:]
client = Client(url=address + "/graphql", headers={"authorization": "Bearer " + key})
lines = [EligibilityLineInput(order="N-1", line="1", quantity=2, reason="change_of_mind")]
(found,) = client.can_it_come_back(lines=lines).eligibility
assert found.answer is Answer.ACCEPT, found
assert found.return_shipping_paid_by is Party.CONSUMER, found
print(found.settlement.net.amount)
"""


pytestmark = pytest.mark.skipif(
    not ENVIRONMENT, reason="TAKEBACK_TEST_CLIENTS names no environment"
)


@pytest.mark.parametrize("role", ["supplier", "support"])
def test_a_client_can_be_generated_for_every_role(tmp_path: Path, role: str) -> None:
    assert f"{role}/client.py" in {
        path.relative_to(tmp_path).as_posix() for path in generated(tmp_path, role).iterdir()
    }


def test_a_generated_client_asks_in_types(served: Served, tmp_path: Path) -> None:
    generated(tmp_path, "retailer")
    key = served.callers["northwind"].key

    asked = run([f"{ENVIRONMENT}/bin/python", "-c", ASKING, served.address, key], tmp_path)

    assert asked == "80.00\n"


def generated(folder: Path, role: str) -> Path:
    """The package of a client for what a role asks and does."""
    folder.joinpath("pyproject.toml").write_text(SETTINGS.format(folder=GRAPHQL, role=role))
    run([f"{ENVIRONMENT}/bin/ariadne-codegen", "client"], folder)
    return folder / role


def run(words: list[str], folder: Path) -> str:
    """What a program says that ends well."""
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ended = subprocess.run(
        words, cwd=folder, env=outside, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
