"""What a client reads of the schema from the server is the schema in the repository."""

from __future__ import annotations

from pathlib import Path

from graphql import (
    GraphQLSchema,
    build_client_schema,
    build_schema,
    get_introspection_query,
    lexicographic_sort_schema,
    print_schema,
)

from tests.api.conftest import Caller

EXPORTED = Path(__file__).parents[2] / "graphql" / "schema.graphql"
WHOLE = get_introspection_query(specified_by_url=True, input_value_deprecation=True)


def sorted_text(schema: GraphQLSchema) -> str:
    return print_schema(lexicographic_sort_schema(schema))


def test_a_server_in_development_shows_the_exported_schema(northwind: Caller) -> None:
    shown = build_client_schema(northwind.ask(WHOLE))  # type: ignore[arg-type]

    assert sorted_text(shown) == sorted_text(build_schema(EXPORTED.read_text(encoding="utf-8")))
