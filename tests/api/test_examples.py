"""The examples do what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def said_by(name: str) -> str:
    """What an example prints; one that fails shows why."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_three_suppliers_decide_their_parts_of_one_return() -> None:
    said = re.sub(r"R-\w{10}", "R-NUMBER", said_by("three_suppliers.py"))

    assert said.splitlines() == [
        "LAMP   REFUSED   R-NUMBER  This was a final sale.",
        "SOFA   APPROVED  R-NUMBER  The return is accepted.",
        "THROW  APPROVED  R-NUMBER  The return is accepted.",
        "",
        "LAMP   REFUSED   nothing is paid",
        "SOFA   CLOSED    510.00 USD by account credit, succeeded",
        "THROW  CLOSED    90.00 USD by refund, succeeded",
        "",
        "northwind is told: LAMP 10",
        "northwind is told: SOFA 11",
        "northwind is told: THROW 11",
    ]


def test_every_example_is_listed_and_run_here() -> None:
    names = {path.name for path in EXAMPLES.glob("*.py")}
    readme, here = (EXAMPLES / "README.md").read_text(), Path(__file__).read_text()

    assert [name for name in names if name not in readme or name not in here] == []
