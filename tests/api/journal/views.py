"""What the API itself shows a caller of the things that entries are about.

The journal may show no more of a thing than the API does; so the API is asked, field by field.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from graphql import GraphQLObjectType, get_named_type

from adapters.store.journal.kinds import Thing
from adapters.store.journal.register import KINDS
from engine.journal import Entry
from returns_api.schema import core_schema
from returns_api.types.ids import NodeKind, encode
from tests.api.conftest import Caller

NODES: Final = {
    Thing.PARTNER: NodeKind.PARTNER,
    Thing.PARTNERSHIP: NodeKind.PARTNERSHIP,
    Thing.POLICY: NodeKind.POLICY,
    Thing.EDITION: NodeKind.EDITION,
    Thing.GOODS: NodeKind.PARTNER,
    Thing.ORDER: NodeKind.ORDER,
    Thing.PAYMENT: NodeKind.PAYMENT,
    Thing.SETTLEMENT: NodeKind.SETTLEMENT,
    Thing.CLAIM: NodeKind.CLAIM,
    Thing.CREDIT: NodeKind.CREDIT,
    Thing.CHANNEL: NodeKind.CHANNEL,
    Thing.RETURN: NodeKind.RETURN,
    Thing.CONSUMER_RETURN: NodeKind.CONSUMER_RETURN,
    Thing.PARCEL: NodeKind.RECEIVED_PARCEL,
}
QUERIES: Final = {
    Thing.GATEWAY: ("gateway", "Gateway"),
    Thing.LANE: ("payoutsOnHold", "Stop"),
    Thing.COMPARISON: ("reconciliations", "Reconciliation"),
    Thing.STOCK: ("stock", "StockConnection"),
}
"""What is one for each partner: the query for it, and its type."""
NOWHERE: Final = frozenset({Thing.KEY, Thing.INVITATION})
"""What no node shows: whose they are sees them in lists of their own."""

View = dict[str, Any] | None
"""The fields that the API shows, null where it shows none; None where the thing is denied."""


def view(caller: Caller, entry: Entry) -> View:
    """What the API shows of the thing that an entry is about, and of the fields it shares."""
    thing = KINDS[entry.fact].about
    if thing in NOWHERE:
        return None
    if thing in QUERIES:
        field, type_ = QUERIES[thing]
        answer = caller.answer(f"{{ it: {field} {{ {_selection(type_, entry)} }} }}")
    else:
        kind = NODES[thing]
        key = entry.subject.rpartition(":")[2] if thing is Thing.CHANNEL else entry.subject
        query = f"... on {kind} {{ {_selection(kind, entry)} }}"
        text = f"query($id: ID!) {{ it: node(id: $id) {{ {query} }} }}"
        answer = caller.answer(text, id=encode(kind, key))
    if "errors" in answer:
        assert answer["errors"][0]["extensions"]["code"] == "not_allowed", answer
        return None
    it = answer["data"]["it"]
    if thing in QUERIES:  # that there is none now is no denial
        return dict(it[0] if isinstance(it, list) and it else it or {})
    return it


def shared(entry: Entry) -> frozenset[str]:
    """The fields of a kind that the API shows under the same name."""
    thing = KINDS[entry.fact].about
    type_ = QUERIES[thing][1] if thing in QUERIES else NODES.get(thing, "")
    kind = KINDS[entry.fact]
    return (kind.own | (kind.other or frozenset())) & _fields(str(type_)).keys()


def _selection(type_: str, entry: Entry) -> str:
    names = [f"{name} {_fields(type_)[name]}" for name in sorted(shared(entry))]
    return " ".join(["__typename", *names])


@cache
def _fields(type_: str) -> dict[str, str]:
    """The fields of a type that need no argument, with what has to be selected in each."""
    found = core_schema().type_map.get(type_)
    if not isinstance(found, GraphQLObjectType):
        return {}
    return {
        name: "{ __typename }" if isinstance(get_named_type(each.type), GraphQLObjectType) else ""
        for name, each in found.fields.items()
    }
