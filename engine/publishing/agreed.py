"""What a version of a policy does to values that were agreed with a partner.

Reads policy files alone; who agreed on what is the caller's to know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault
from engine.policy.header.agreed import names_in
from engine.policy.printing.yaml import flow
from engine.policy.text import Items, Map, Node, Scalar

_WITHOUT: Final = ("agreed", "tests")
"""Keys of a policy that use no agreed value."""

_Place = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenValues:
    """Agreed values that a policy forbids: one, or several that it forbids only together."""

    names: tuple[str, ...]
    fault: Fault


def forbidden(file: PolicyFile, terms: Map | None) -> tuple[ForbiddenValues, ...]:
    """Returns the agreed values that a file forbids, in the order of `terms`.

    A name that the file does not declare is forbidden too; `declared_in` leaves such names out.
    """
    whole = _faults(file, terms)
    if not terms or not whole:
        return ()
    alone = {name: _faults(file, _only(terms, name)) for name in terms.entries}
    found = tuple(
        ForbiddenValues(names=(name,), fault=faults[0]) for name, faults in alone.items() if faults
    )
    return found or (ForbiddenValues(names=tuple(terms.entries), fault=whole[0]),)


def declared_in(file: PolicyFile, terms: Map | None) -> Map | None:
    """Returns the terms that a file declares: other ones have no effect under it."""
    names = {each.name for each in file.policy.agreed}
    other = [name for name in terms.entries if name not in names] if terms else ()
    kept = terms.without(*other) if terms and other else terms
    return kept if kept and kept.entries else None


def default_of(file: PolicyFile, name: str) -> str | None:
    """Returns on one line what holds until a value is agreed; None without a default."""
    found = next((each.default for each in file.policy.agreed if each.name == name), None)
    return flow(found) if found else None


def instead_of(name: str, before: PolicyFile, after: PolicyFile) -> str | None:
    """Returns on one line what a file has in the places where an older one has an agreed value.

    Different texts are joined by commas; None if it has nothing in any of these places.
    """
    places = _places(name, before.merged.tree, ())
    nodes = (_at(after.policy.tree, place) for place in places)
    return ", ".join(dict.fromkeys(flow(node) for node in nodes if node)) or None


def _faults(file: PolicyFile, terms: Map | None) -> tuple[Fault, ...]:
    try:
        file.with_terms(terms)
    except PolicyFaults as error:
        return error.faults
    return ()


def _only(terms: Map, name: str) -> Map:
    return terms.without(*(other for other in terms.entries if other != name))


def _places(name: str, node: Node, above: _Place) -> Iterator[_Place]:
    """Yields the paths of the texts that name an agreed value; a row is named by its `id`."""
    if isinstance(node, Scalar) and name in names_in(node.text):
        yield above
    for key, child in _children(node).items():
        if above or key not in _WITHOUT:
            yield from _places(name, child, (*above, key))


def _children(node: Node) -> Mapping[str, Node]:
    if isinstance(node, Map):
        return node.entries
    items = node.items if isinstance(node, Items) else ()
    return {_called(item) or str(index): item for index, item in enumerate(items)}


def _called(item: Node) -> str:
    return item.text_of("id") if isinstance(item, Map) else ""


def _at(node: Node | None, place: _Place) -> Node | None:
    for key in place:
        node = _children(node).get(key) if node else None
    return node
