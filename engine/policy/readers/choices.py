"""Reads words of closed lists: parties, codes, names of facts and what else a topic lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from engine.policy import words as w
from engine.policy.context import Context, Unreadable
from engine.policy.faults import listed
from engine.policy.readers.scalars import shown
from engine.policy.text import Items, Node, Scalar
from engine.policy.vocabulary import FactType

FROM_DEADLINE = "from_deadline"


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """Reads one word of a closed list."""

    known: Collection[str]
    what: str

    def __call__(self, node: Node, ctx: Context) -> str:
        return chosen(node, self.known, self.what, ctx)


@dataclass(frozen=True, slots=True, eq=False)
class ManyOf:
    """Reads a list of words of a closed list; one word stands for a list of one."""

    known: Collection[str]
    what: str
    least: int = 1

    def __call__(self, node: Node, ctx: Context) -> tuple[str, ...]:
        items = ctx.items_of(node, f"A list of {self.what}")
        if len(items) < self.least and isinstance(node, Items):
            ctx.fault("empty", node.source, f"A list of {self.what} is empty here.")
        return ctx.each(OneOf(self.known, self.what), items)


def one_of(known: Iterable[str], what: str) -> OneOf:
    """Returns a reader of one word of a closed list."""
    return OneOf(dict.fromkeys(known), what)


def many_of(known: Iterable[str], what: str, least: int = 1) -> ManyOf:
    """Returns a reader of a list of at least `least` words of a closed list."""
    return ManyOf(dict.fromkeys(known), what, least)


def chosen(node: Node, legal: Collection[str], what: str, ctx: Context) -> str:
    """Returns the word of a node; raises `Unreadable` if it is not in a closed list."""
    if isinstance(node, Scalar) and node.text in legal:
        return node.text
    text = node.text if isinstance(node, Scalar) else ""
    hint = ctx.nearest(text, legal) or (f" Known: {listed(legal, 20)}." if legal else "")
    raise Unreadable("unknown_word", node.source, f"{shown(node)} is not {what}.{hint}")


def party(node: Node, ctx: Context) -> str:
    """Reads a party, given by its name or by its role in this policy."""
    if isinstance(node, Scalar) and node.text in w.ROLES:
        if node.text not in ctx.parties:
            said = f"This policy has no `{node.text}`; name it under `parties`."
            raise Unreadable("unknown_role", node.source, said)
        return ctx.parties[node.text]
    return chosen(node, w.PARTIES, "a party", ctx)


def code(node: Node, ctx: Context) -> str:
    """Reads a reason code, built in or declared under `codes`."""
    return chosen(node, ctx.codes, "a known code; declare your own under `codes`", ctx)


def code_or_from_deadline(node: Node, ctx: Context) -> str:
    """Reads a reason code, or `from_deadline`: the code of the deadline that was missed."""
    if isinstance(node, Scalar) and node.text == FROM_DEADLINE:
        return FROM_DEADLINE
    return code(node, ctx)


def date_fact(node: Node, ctx: Context) -> str:
    """Reads the name of a date fact."""
    fact = ctx.facts.get(node.text) if isinstance(node, Scalar) else None
    if fact is not None and fact.type is FactType.DATE:
        return fact.name
    return chosen(node, ctx.facts_of(FactType.DATE), "a date fact", ctx)
