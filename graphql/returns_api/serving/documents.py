"""Documents made ready to run: parsed, measured and validated once, remembered by their text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
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

from returns_api.serving.limits import MOST_CHARACTERS, MOST_TOKENS, breaches
from returns_api.serving.plans import Plan, compiled

REMEMBERED: Final = 500
MOST_ERRORS: Final = 5
MOST_DIGITS: Final = 1_000
"""Python reads 4,300 digits and then raises; graphql-core passes them on."""
_LONG_NUMBER: Final = re.compile(rf"[0-9]{{{MOST_DIGITS + 1}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document that may run, or the errors that keep it from running."""

    document: DocumentNode | None = None
    errors: tuple[GraphQLError, ...] = ()

    def kind(self, operation_name: str | None) -> OperationType | None:
        """What the chosen operation does; None if the choice is not clear."""
        found = get_operation_ast(self.document, operation_name) if self.document else None
        return found.operation if found else None


class Documents:
    """Prepares documents for one schema; thread-safe.

    `open_` allows introspection and suggestions, as in development.
    """

    def __init__(self, schema: GraphQLSchema, *, open_: bool) -> None:
        self._schema = schema
        self._open = open_
        self._rules = [*specified_rules, *([] if open_ else [NoSchemaIntrospectionCustomRule])]
        self.prepare = lru_cache(maxsize=REMEMBERED)(self._prepare)
        self.plan = lru_cache(maxsize=REMEMBERED)(self._plan)

    def _plan(self, text: str, operation_name: str | None) -> Plan | None:
        document = self.prepare(text).document
        return compiled(self._schema, document, operation_name) if document else None

    def _prepare(self, text: str) -> Prepared:
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
