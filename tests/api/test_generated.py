"""Whatever the schema allows is answered: no error of ours, and none that says what is inside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.graphql import nodes

from tests.api.conftest import Served

SCHEMA = Path(__file__).parents[2] / "graphql" / "schema.graphql"
EACH = 2
"""Documents of each field of `Query` and `Mutation`."""
OURS = {"internal", "unavailable", "took_too_long"}


WORDS = st.sampled_from(["", "x", "2025-05-01", "N-1", "acme", "100%"])
SCALARS = {
    "JSON": st.one_of(
        WORDS.map(nodes.String), st.integers().map(nodes.Int), st.booleans().map(nodes.Boolean)
    ),
    "Currency": st.sampled_from(["USD", "JPY", "XXQ", "usd"]).map(nodes.String),
    "URL": st.sampled_from(["https://example.com/stock", "ftp://x", "/", "x"]).map(nodes.String),
    "MinorUnits": st.integers(-(10**20), 10**20).map(nodes.Int),
}


def operations() -> list[Any]:
    for name, strategy in SCALARS.items():
        schemathesis.graphql.scalar(name, strategy)
    return [each.ok() for each in schemathesis.graphql.from_path(SCHEMA).get_all_operations()]


def test_what_a_schema_allows_is_answered(closed: Served) -> None:
    found, wrong = operations(), []
    for number, operation in enumerate(found):

        @seed(number)
        @settings(
            max_examples=EACH,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            for caller in ("northwind", "acme"):
                answer = closed.callers[caller].post({"query": case.body})
                errors = answer.json().get("errors", [])
                codes = {each["extensions"]["code"] for each in errors}
                if answer.status_code >= 500 or codes & OURS:
                    wrong.append((case.body, answer.status_code, answer.text[:500]))

        ask()

    assert len(found) > 50
    assert wrong == []
