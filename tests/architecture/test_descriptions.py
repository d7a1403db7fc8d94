"""What the API says of an argument is true of it, and of every other that has the same words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from graphql import GraphQLArgument, GraphQLEnumType, Undefined, get_named_type

from returns_api.schema import SCHEMA
from returns_api.types.pages import MOST, USUAL

_DEFAULT = re.compile(r"by default (?:the (?:first|last) )?([\w`]+)")


def arguments() -> Iterator[tuple[str, str, GraphQLArgument]]:
    """Every argument of a field and every field of an input: where it is, its name, and itself."""
    for name, type_ in SCHEMA._schema.type_map.items():
        if name.startswith("__"):
            continue
        for field, each in getattr(type_, "fields", {}).items():
            for argument, of in getattr(each, "args", {}).items():
                yield f"{name}.{field}({argument}:)", argument, of
            if hasattr(each, "default_value"):
                yield f"{name}.{field}", field, each


def test_a_description_that_names_a_default_names_the_real_one() -> None:
    wrong = []
    for where, _, argument in arguments():
        default = argument.default_value
        for said in _DEFAULT.findall(argument.description or ""):
            number = int(said) if said.isdecimal() else None
            if number is not None and default not in (number, None):
                wrong.append((where, said, default))
            if number is not None and default is None and number != USUAL:
                wrong.append((where, said, "what a page usually has"))
            if number is None and default not in (None, Undefined):
                wrong.append((where, said, default))

    assert wrong == []


def test_a_number_of_members_is_said_as_it_is_checked() -> None:
    for where, name, argument in arguments():
        if name in ("first", "last") and "1 to" in (argument.description or ""):
            most = 500 if where.startswith("Query.journal(") else MOST
            assert f"1 to {most}" in str(argument.description), where


def test_words_of_an_argument_are_those_of_one_meaning() -> None:
    """Arguments of the same words have the same name, and the same type but for what they list."""
    uses = defaultdict(list)
    for where, name, argument in arguments():
        if "(" in where:
            uses[argument.description].append((where, name, get_named_type(argument.type)))

    for said, each in uses.items():
        assert len({name for _, name, _ in each}) == 1, (said, each)
        types = {of.name for _, _, of in each if not isinstance(of, GraphQLEnumType)}
        assert len(types) <= 1, (said, each)


def test_an_argument_is_not_described_as_a_field_of_another_type() -> None:
    fields = defaultdict(set)
    for type_ in SCHEMA._schema.type_map.values():
        for each in getattr(type_, "fields", {}).values():
            fields[each.description].add(get_named_type(each.type).name)

    for where, _, argument in arguments():
        mine = get_named_type(argument.type).name
        others = fields.get(argument.description)
        assert not others or mine in others, (where, argument.description, others)
