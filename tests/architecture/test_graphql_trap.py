"""The folder `graphql/` must never hide the package graphql-core."""

import subprocess
import sys
from pathlib import Path

import graphql

ROOT = Path(__file__).parents[2]


def test_the_graphql_folder_is_no_package() -> None:
    assert not (ROOT / "graphql" / "__init__.py").exists()


def test_pytest_imports_graphql_core() -> None:
    assert graphql.__file__ is not None
    assert "site-packages" in Path(graphql.__file__).parts


def test_python_started_in_the_root_imports_graphql_core() -> None:
    program = "import graphql, strawberry; print(graphql.__file__)"

    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == graphql.__file__
