"""Draws documents of any schema by a seed, with variables that fit, and some that do not."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

Words = Mapping[str, Callable[[random.Random], Any]]
"""What a scalar may be sent, by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A document, which may be invalid, and its variables."""

    text: str
    variables: dict[str, Any]


@dataclass(slots=True)
class Drawing:
    """Draws one document of a schema."""

    schema: GraphQLSchema
    chance: random.Random
    words: Words
    mutations: bool = True
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)
    arguments: dict[tuple[str, str], str] = field(default_factory=dict)

    def document(self) -> Drawn:
        kind = "mutation" if self.mutations and self.chance.random() < 0.2 else "query"
        root = self.schema.mutation_type if kind == "mutation" else self.schema.query_type
        assert root is not None
        selected = self._selected(root, depth=self.chance.choice((2, 3, 4)))
        declared = ", ".join(f"${name}: {said}" for name, (said, _) in self.variables.items())
        head = f"{kind} Drawn({declared})" if declared else kind
        sent = {name: value for name, (_, value) in self.variables.items() if value is not _MISSING}
        text = " ".join([f"{head} {selected}", *self.fragments.values()])
        return Drawn(text=text, variables=sent)

    # --- selections --------------------------------------------------------------------------

    def _selected(self, type_: Any, depth: int) -> str:
        many = self.chance.randint(1, 4)
        return "{ " + " ".join(self._selection(type_, depth) for _ in range(many)) + " }"

    def _selection(self, type_: Any, depth: int) -> str:
        kind = self.chance.random()
        if kind < 0.08 or not getattr(type_, "fields", None):
            if kind < 0.04 or not is_abstract_type(type_):
                return "__typename"
            return self._fragment(type_, depth)
        if kind < 0.25 and depth > 0:
            return self._fragment(type_, depth)
        return self._field(type_, depth)

    def _fragment(self, type_: Any, depth: int) -> str:
        on = self._condition(type_)
        body = self._selected(on, depth - 1)
        if self.chance.random() < 0.5:
            said = f" on {on.name}" if on is not type_ or self.chance.random() < 0.5 else ""
            return f"...{said} {self._directive()} {body}"
        if self.fragments and self.chance.random() < 0.3:
            return f"...{self.chance.choice(sorted(self.fragments))} {self._directive()}"
        name = f"F{len(self.fragments)}"
        self.fragments[name] = f"fragment {name} on {on.name} {body}"
        return f"...{name} {self._directive()}"

    def _condition(self, type_: Any) -> Any:
        if is_abstract_type(type_):
            return self.chance.choice([*self.schema.get_possible_types(type_), type_])
        interfaces = list(getattr(type_, "interfaces", ()))
        return self.chance.choice([type_, type_, *interfaces])

    def _field(self, type_: Any, depth: int) -> str:
        fields = {
            name: each
            for name, each in type_.fields.items()
            if depth > 0 or not is_composite_type(get_named_type(each.type))
        }
        if not fields:
            return "__typename"
        name = self.chance.choice(sorted(fields))
        alias = self.chance.choice(("", "", f"{name}_a: ", f"{name}_b: "))
        inner = get_named_type(fields[name].type)
        body = self._selected(inner, depth - 1) if is_composite_type(inner) else ""
        key = (f"{type_.name}.{name}", alias)
        if key not in self.arguments:
            self.arguments[key] = self._said(fields[name])
        return f"{alias}{name}{self.arguments[key]} {self._directive()} {body}"

    def _directive(self) -> str:
        if self.chance.random() > 0.15:
            return ""
        what = self.chance.choice(("include", "skip"))
        if self.chance.random() < 0.5:
            return f"@{what}(if: {self.chance.choice(('true', 'false'))})"
        name = f"b{self.chance.randrange(3)}"
        self.variables.setdefault(name, ("Boolean!", self.chance.random() < 0.5))
        return f"@{what}(if: ${name})"

    # --- values ------------------------------------------------------------------------------

    def _said(self, field_: GraphQLField) -> str:
        said = [
            f"{name}: {self._value(argument.type)}"
            for name, argument in field_.args.items()
            if isinstance(argument.type, GraphQLNonNull) or self.chance.random() < 0.6
        ]
        return f"({', '.join(said)})" if said else ""

    def _value(self, type_: Any) -> str:
        if self.chance.random() < 0.4:
            return self._variable(type_)
        if isinstance(type_, GraphQLNonNull):
            return self._value_of(type_.of_type)
        return "null" if self.chance.random() < 0.15 else self._value_of(type_)

    def _value_of(self, type_: Any) -> str:
        if isinstance(type_, GraphQLNonNull):
            return self._value_of(type_.of_type)
        if isinstance(type_, GraphQLList):
            if self.chance.random() < 0.2:
                return self._value(type_.of_type)
            many = self.chance.randrange(3)
            return "[" + ", ".join(self._value(type_.of_type) for _ in range(many)) + "]"
        if isinstance(type_, GraphQLInputObjectType):
            said = [
                f"{name}: {self._value(each.type)}"
                for name, each in type_.fields.items()
                if isinstance(each.type, GraphQLNonNull) or self.chance.random() < 0.4
            ]
            return "{" + ", ".join(said) + "}"
        if isinstance(type_, GraphQLEnumType):
            return self.chance.choice(sorted(type_.values))
        return _literal(self._word(type_.name))

    def _variable(self, type_: Any) -> str:
        name = f"v{len(self.variables)}"
        missing = not isinstance(type_, GraphQLNonNull) and self.chance.random() < 0.2
        value = _MISSING if missing else self._sent(type_)
        said = str(type_)
        if self.chance.random() < 0.15 and not isinstance(
            get_named_type(type_), GraphQLInputObjectType
        ):
            said = f"{type_} = {self._default(type_)}"
        self.variables[name] = (said, value)
        return f"${name}"

    def _default(self, type_: Any) -> str:
        before = self.chance
        plain = Drawing(self.schema, before, self.words)
        while True:
            said = plain._value_of(type_)
            if "$" not in said:
                return said

    def _sent(self, type_: Any) -> Any:
        if self.chance.random() < 0.03:
            return self.chance.choice(({"no": 1}, [[]], "", -1, 1.5, True, None, [None]))
        if isinstance(type_, GraphQLNonNull):
            return self._sent_of(type_.of_type)
        return None if self.chance.random() < 0.15 else self._sent_of(type_)

    def _sent_of(self, type_: Any) -> Any:
        if isinstance(type_, GraphQLList):
            if self.chance.random() < 0.2:
                return self._sent(type_.of_type)
            return [self._sent(type_.of_type) for _ in range(self.chance.randrange(3))]
        if isinstance(type_, GraphQLInputObjectType):
            return {
                name: self._sent(each.type)
                for name, each in type_.fields.items()
                if isinstance(each.type, GraphQLNonNull) or self.chance.random() < 0.4
            }
        if isinstance(type_, GraphQLEnumType):
            return self.chance.choice(sorted(type_.values))
        return self._word(type_.name)

    def _word(self, scalar: str) -> Any:
        return self.words[scalar](self.chance)


_MISSING = object()


def _literal(value: Any) -> str:
    """A plain value as it stands in a document."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value)


def drawn(schema: GraphQLSchema, words: Words, seed: str, *, mutations: bool = True) -> Drawn:
    """The document of a seed."""
    return Drawing(schema, random.Random(seed), words, mutations).document()


__all__ = ("Drawn", "GraphQLObjectType", "drawn")
