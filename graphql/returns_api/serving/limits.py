"""Limits the size of documents and operations, checked before validation.

Every fragment is measured once: walking it for each spread would let 700 characters of fragments
that double each other keep the server busy for minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The size of a selection with its fragments expanded; also used for the limits."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def beside(self, other: Size) -> Size:
        """Returns the size of both together."""
        return Size(
            depth=max(self.depth, other.depth),
            fields=self.fields + other.fields,
            aliases=self.aliases + other.aliases,
            directives=self.directives + other.directives,
        )


MOST: Final = Size(depth=12, fields=500, aliases=30, directives=50)
"""The limits of one operation; a document may hold many, as clients keep them in one file."""
_NAMES: Final = {
    "depth": "levels of fields",
    "fields": "fields",
    "aliases": "aliases",
    "directives": "directives",
}
MOST_CHARACTERS: Final = 40_000
MOST_TOKENS: Final = 6_000
MOST_DEFINITIONS: Final = 200


def breaches(document: DocumentNode) -> list[GraphQLError]:
    """Returns an error for each limit broken by a document or the first such operation of it."""
    if len(document.definitions) > MOST_DEFINITIONS:
        count = len(document.definitions)
        return [_too_many("document", "operations and fragments", count, MOST_DEFINITIONS)]
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    ruler = _Ruler(fragments)
    found = (
        _breaches_of(node, ruler.measure(node.selection_set))
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    )
    return next((errors for errors in found if errors), [])


def _breaches_of(operation: OperationDefinitionNode, size: Size) -> list[GraphQLError]:
    if operation.operation is OperationType.MUTATION and _roots(operation) > 1:
        return [_too_many("operation", "mutations", _roots(operation), 1)]
    return [
        _too_many("operation", name, getattr(size, name), getattr(MOST, name))
        for name in _NAMES
        if getattr(size, name) > getattr(MOST, name)
    ]


class _Ruler:
    """Measures selections; caches the sizes of fragments."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Size] = {}

    def measure(self, selections: SelectionSetNode | None) -> Size:
        size = Size()
        for part in self._parts(selections):
            size = size.beside(part)
        return size

    def _parts(self, selections: SelectionSetNode | None) -> Iterator[Size]:
        for node in selections.selections if selections else ():
            yield Size(directives=len(node.directives or ()))
            if isinstance(node, FieldNode):
                yield self._field(node)
            elif isinstance(node, FragmentSpreadNode):
                yield self._fragment(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                yield self.measure(node.selection_set)

    def _field(self, node: FieldNode) -> Size:
        inner = self.measure(node.selection_set)
        shown = _is_meta(node)
        return Size(
            # Introspection is deep by nature, and graphql-core bounds it by a rule of its own.
            depth=0 if shown else inner.depth + 1,
            fields=inner.fields + 1,
            aliases=inner.aliases + (node.alias is not None),
            directives=inner.directives,
        )

    def _fragment(self, name: str) -> Size:
        """Counts unknown and circular fragments as nothing: validation reports those."""
        if name not in self._known:
            self._known[name] = Size()
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._known[name] = self.measure(fragment.selection_set)
        return self._known[name]


def _roots(operation: OperationDefinitionNode) -> int:
    """Counts root fields; a fragment counts as two, since it may contain any number."""
    nodes = operation.selection_set.selections
    return sum(not _is_meta(node) if isinstance(node, FieldNode) else 2 for node in nodes)


def _is_meta(node: FieldNode) -> bool:
    """Whether a field is about the schema, such as `__typename`; `__` is reserved for those."""
    return node.name.value.startswith("__")


def _too_many(where: str, what: str, count: int, most: int) -> GraphQLError:
    said = f"{count:,}" if count < 10**6 else "more than a million"
    return GraphQLError(
        f"The {where} has {said} {_NAMES.get(what, what)}; at most {most:,} are answered.",
        extensions={"code": "document_too_large"},
    )
