"""Whatever reads the text of a policy that was sent ends with the time that there is for it."""

from __future__ import annotations

from typing import Any, Final

import pytest
from graphql import GraphQLInputObjectType, GraphQLNamedType, get_named_type

from returns_api.schema import core_schema
from tests.api.conftest import Caller
from tests.api.test_policies import draft

KEPT_AS_IT_IS: Final = {"saveDraft"}
"""What takes a text and does not read it."""
TEXT: Final = draft("slow")
ASKED: Final = {
    "checkPolicy": {"yaml": TEXT},
    "changePolicyText": {"yaml": TEXT, "set": {"at": ["title"], "value": "Other"}},
    "tryPolicy": {"yaml": TEXT},
    "comparePolicies": {"after": {"yaml": TEXT}},
    "preview": {"yaml": TEXT, "scenario": {}},
    "publishPolicy": {"yaml": TEXT, "idempotencyKey": "slow-1"},
    "publicationCheck": {"yaml": TEXT},
}
PLACES: Final = {"comparePolicies": "input.after.yaml", "publicationCheck": "yaml"}


def holds_a_text(type_: GraphQLNamedType, seen: frozenset[str] = frozenset()) -> bool:
    if not isinstance(type_, GraphQLInputObjectType) or type_.name in seen:
        return False
    return "yaml" in type_.fields or any(
        holds_a_text(get_named_type(each.type), seen | {type_.name})
        for each in type_.fields.values()
    )


def fields_with_a_text() -> dict[str, str]:
    """Every field that takes a text, and what its operation is."""
    schema = core_schema()
    return {
        name: kind
        for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type))
        for name, field in (root.fields if root else {}).items()
        if "yaml" in field.args
        or any(holds_a_text(get_named_type(each.type)) for each in field.args.values())
    }


def ask(caller: Caller, field: str, kind: str) -> dict[str, Any]:
    said = ASKED[field]
    arguments = getattr(core_schema(), f"{kind}_type").fields[field].args
    name = "input" if "input" in arguments else "yaml"
    value = said if name == "input" else said["yaml"]
    shown = "... on CheckedPolicy { readable leftOut }" if field == "checkPolicy" else ""
    document = (
        f"{kind} ($value: {arguments[name].type}) {{ {field}({name}: $value) {{"
        f" __typename ... on Problem {{ code path }} {shown} }} }}"
    )
    answer: dict[str, Any] = caller.ask(document, value=value)[field]
    return answer


@pytest.mark.parametrize("field", sorted(set(fields_with_a_text()) - KEPT_AS_IT_IS))
def test_a_text_that_takes_too_long_to_read_is_read_no_further(
    acme: Caller, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.reading.SECONDS", -1.0)

    found = ask(acme, field, fields_with_a_text()[field])

    if field == "checkPolicy":
        assert (found["readable"], found["leftOut"]) == (False, ["reading"])
    else:
        assert (found["code"], found["path"]) == (
            "too_long_to_read",
            PLACES.get(field, "input.yaml"),
        )


def test_what_keeps_a_text_as_it_is_reads_none_of_it(
    acme: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.reading.SECONDS", -1.0)

    said = {"policy": "acme/slow", "yaml": TEXT, "expectedVersion": 0}
    answer = acme.ask(
        "mutation ($input: SaveDraftInput!) { saveDraft(input: $input) { __typename } }",
        input=said,
    )

    assert answer["saveDraft"]["__typename"] == "DraftSaved"
