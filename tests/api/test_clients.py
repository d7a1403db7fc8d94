"""Clients that people use read the schema from a server, check documents by it, and run them."""

from __future__ import annotations

from gql import Client, GraphQLRequest
from gql.transport.httpx import HTTPXTransport
from graphql import parse, validate

from tests.api.conftest import DOCUMENTS, Served


def test_gql_checks_every_document_by_what_the_server_shows_and_runs_one(served: Served) -> None:
    key = served.callers["northwind"].key
    transport = HTTPXTransport(
        url=f"{served.address}/graphql", headers={"authorization": f"Bearer {key}"}
    )
    lines = [{"order": "N-1", "line": "1", "quantity": 2, "reason": "change_of_mind"}]

    with Client(transport=transport, fetch_schema_from_transport=True) as session:
        asked = GraphQLRequest(DOCUMENTS["CanItComeBack"], variable_values={"lines": lines})
        answer = session.execute(asked, parse_result=True)
        schema = session.client.schema

    assert schema is not None
    wrong = {name: validate(schema, parse(text)) for name, text in DOCUMENTS.items()}
    assert {name: errors for name, errors in wrong.items() if errors} == {}
    assert answer["eligibility"][0]["returnShippingPaidBy"] == "CONSUMER"
