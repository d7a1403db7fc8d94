"""Clients of the last release still work, unless a change that breaks them is allowed by name."""

from __future__ import annotations

from graphql import GraphQLSchema, build_schema, find_breaking_changes

from returns_api.export import ALLOWED, LINE, RELEASED
from returns_api.schema import sdl


def breaking(before: GraphQLSchema, now: GraphQLSchema) -> list[str]:
    return [f"{each.type.name}: {each.description}" for each in find_breaking_changes(before, now)]


def allowed() -> list[str]:
    lines = ALLOWED.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(LINE) for line in lines if line.startswith(LINE)]


def test_what_breaks_clients_of_the_last_release_is_allowed_by_name() -> None:
    found = breaking(build_schema(RELEASED.read_text(encoding="utf-8")), build_schema(sdl()))

    assert sorted(found) == sorted(allowed()), f"each stands in {ALLOWED.name}, and nothing else"


def test_a_field_that_goes_a_value_that_goes_and_an_input_that_is_needed_break_clients() -> None:
    before = sdl()
    for was, now, told in (
        ("  scopes: [Scope!]!", "  scope: [Scope!]!", "FIELD_REMOVED"),
        ("  TWO_READINGS", "  THREE_READINGS", "VALUE_REMOVED_FROM_ENUM"),
        ("  fromDay: Date = null", "  fromDay: Date!", "FIELD_CHANGED_KIND"),
    ):
        assert was in before
        found = breaking(build_schema(before), build_schema(before.replace(was, now, 1)))
        assert [told in each for each in found] == [True]
