"""Every mutation has one form: one `input`, and a union of what was done and of typed problems."""

from __future__ import annotations

import pytest
from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLUnionType,
)

from returns_api.schema import core_schema

SCHEMA = core_schema()
ROOT = SCHEMA.mutation_type
assert ROOT is not None
MUTATIONS = ROOT.fields
DECLARING = {
    *("setGateway", "allowRefunds", "setCreditLimit", "setRetailerMayTell", "setTerms"),
    *("putProducts", "reportStock"),
    *("pauseFeeds", "resumeFeeds", "resendFeeds", "retryFeeds"),
    *("answerInvitation", "withdrawInvitation", "acceptPolicy", "revokeKey"),
    *("changePolicyText", "saveDraft", "discardDraft"),
}
"""These say how something is to stand, and leave it so however often they are sent; a draft is
saved over the version that was read, and nothing is kept of a changed text."""


def input_of(field: GraphQLField) -> GraphQLInputObjectType:
    (argument,) = field.args.values()
    assert isinstance(argument.type, GraphQLNonNull)
    assert isinstance(argument.type.of_type, GraphQLInputObjectType)
    return argument.type.of_type


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_takes_exactly_one_input(name: str) -> None:
    field = MUTATIONS[name]

    assert list(field.args) == ["input"]
    assert input_of(field).name.endswith("Input")


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_answers_with_what_was_done_or_with_a_problem(name: str) -> None:
    type_, problem = MUTATIONS[name].type, SCHEMA.type_map["Problem"]
    assert isinstance(type_, GraphQLNonNull)
    assert isinstance(type_.of_type, GraphQLUnionType)
    assert isinstance(problem, GraphQLInterfaceType)
    members = {each.name: problem in each.interfaces for each in type_.of_type.types}

    assert members["InputProblem"], "this is how `not_allowed` is told"
    assert not all(members.values()), "and something says what was done"


@pytest.mark.parametrize("name", MUTATIONS)
def test_what_creates_something_or_moves_money_has_an_idempotency_key(name: str) -> None:
    field = input_of(MUTATIONS[name]).fields.get("idempotencyKey")

    assert (field is None) == (name in DECLARING)
    assert field is None or str(field.type) == "String!"
