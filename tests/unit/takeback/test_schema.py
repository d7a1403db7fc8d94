"""`takeback schema` gives editors the JSON Schema of the language."""

import json
from collections.abc import Callable
from pathlib import Path

from jsonschema import Draft202012Validator
from typer.testing import Result

from engine.policy.text import parse, to_data

Run = Callable[..., Result]


def test_the_schema_is_printed_and_knows_a_policy(run: Run, policy: str) -> None:
    result = run("schema")

    printed = json.loads(result.stdout)
    data = to_data(parse(Path(policy).read_text(encoding="utf-8"), policy))
    assert result.exit_code == 0
    assert Draft202012Validator(printed).is_valid(data)
    assert not Draft202012Validator(printed).is_valid({**data, "windw": {}})


def test_the_schema_is_written_to_a_file(run: Run) -> None:
    result = run("schema", "--output", "policy.schema.json")

    assert result.exit_code == 0
    assert Path("policy.schema.json").read_text(encoding="utf-8") == run("schema").stdout


def test_a_file_that_cannot_be_written_is_named(run: Run) -> None:
    result = run("schema", "--output", "no/such/folder.json")

    assert result.exit_code == 2
    assert "no/such/folder.json" in result.stderr
