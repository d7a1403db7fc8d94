"""Prepares documents: parses, measures and validates them once, and caches them by their text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationType,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
from graphql.validation.rules import overlapping_fields_can_be_merged

from returns_api.compiled.plans import Plan, compiled
from returns_api.serving.arguments import Variables
from returns_api.serving.costs import Costs
from returns_api.serving.limits import MOST_CHARACTERS, MOST_TOKENS, breaches

REMEMBERED: Final = 500
MOST_ERRORS: Final = 5
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 50_000
"""A tenth of graphql-core's limit: comparing fields of one name takes the square of
their number.
"""
MOST_DIGITS: Final = 1_000
"""Python raises an error for numbers above 4,300 digits, which graphql-core does not handle."""
_LONG_NUMBER: Final = re.compile(rf"[0-9]{{{MOST_DIGITS + 1}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document that may run, or the errors that prevent it."""

    document: DocumentNode | None = None
    errors: tuple[GraphQLError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One operation of a document: its kind, its possible cost, the part of it for what is
    sent, the field that costs most, and its plan.

    Without `kind` none was chosen; without `plan` graphql-core runs it.
    """

    prepared: Prepared
    kind: OperationType | None = None
    cost: Callable[[Variables], int] = lambda _: 0
    cost_of_inputs: Callable[[Variables], int] = lambda _: 0
    costliest: Callable[[Variables], str] = lambda _: ""
    plan: Plan | None = None


class Documents:
    """Prepares documents for one schema; thread-safe.

    `open_` permits introspection and suggestions, as in development.
    """

    def __init__(self, schema: GraphQLSchema, costs: Costs, *, open_: bool) -> None:
        self._schema = schema
        self._costs = costs
        self._open = open_
        self._rules = [*specified_rules, *([] if open_ else [NoSchemaIntrospectionCustomRule])]
        self._told = _Made(self, REMEMBERED)
        self._registered = _Made(self, None)

    def choose(self, text: str, operation_name: str | None, *, registered: bool = False) -> Chosen:
        """Returns an operation of a text; one refused for its length or its name is not cached.

        A document that the server's operator has `registered` is never dropped: preparing it is
        free, so nobody may cause it to be prepared again and again.
        """
        if len(text) > MOST_CHARACTERS:
            return Chosen(prepared=self.prepared(text))
        made = self._registered if registered else self._told
        try:
            return made.chosen(text, operation_name)
        except LookupError:
            return Chosen(prepared=made.prepared(text))

    def chosen(self, prepared: Prepared, operation_name: str | None) -> Chosen:
        """Raises `LookupError`, which no cache stores, if no operation can be chosen."""
        document = prepared.document
        operation = get_operation_ast(document, operation_name) if document else None
        if document is None or operation is None:
            raise LookupError(operation_name)
        return Chosen(
            prepared=prepared,
            kind=operation.operation,
            cost=self._costs.of(document, operation),
            cost_of_inputs=self._costs.of_inputs(document, operation),
            costliest=partial(self._costs.costliest, document, operation),
            plan=compiled(self._schema, document, operation_name, self._costs.of_type),
        )

    def prepared(self, text: str) -> Prepared:
        """Parses, measures and validates a text."""
        if _LONG_NUMBER.search(text):
            said = f"A number in the document has more than {MOST_DIGITS:,} digits."
            extensions = {"code": "document_too_large"}
            return Prepared(errors=(GraphQLError(said, extensions=extensions),))
        try:
            document = parse(
                text,
                no_location=False,
                max_source_length=MOST_CHARACTERS,
                max_lexical_tokens=MOST_TOKENS,
            )
        except GraphQLError as error:
            return Prepared(errors=(error,))
        errors = breaches(document) or validate(
            self._schema,
            document,
            self._rules,
            max_errors=MOST_ERRORS,
            hide_suggestions=not self._open,
        )
        return Prepared(errors=tuple(errors)) if errors else Prepared(document=document)


class _Made:
    """Caches prepared texts and operations, `most` of each; None for any number."""

    def __init__(self, documents: Documents, most: int | None) -> None:
        self.prepared = lru_cache(maxsize=most)(documents.prepared)
        self.chosen = lru_cache(maxsize=most)(
            lambda text, name: documents.chosen(self.prepared(text), name)
        )
