"""What the reader knows while it reads one policy: the names in force, and the faults so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Final, TypeVar, cast

from engine.dates import Calendar
from engine.errors import PolicyFaults
from engine.policy.faults import Fault, Source, listed, nearest
from engine.policy.model import Condition
from engine.policy.register.built_in import SENT
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, Fact, FactType
from engine.policy.words import CODES, PLACES

_T = TypeVar("_T")
_N = TypeVar("_N", bound=Node)

_CUT: Final = re.compile(r"([0-9]{3}(?:[.][0-9]{1,3})?\Z)|[0-9]{1,6}%?(?: .{0,60})?\Z")
"""What a comma cut off a number: groups of three digits, or decimals."""
_DIGITS: Final = re.compile(r"[0-9]{1,3}(?:[.][0-9]{1,3})?\Z")
MOST_FAULTS: Final = 200
"""The most findings reported for a file; one more says how many were left out."""

MOST_HINTS: Final = 60
"""The most suggestions looked up for a file, since each look-up is slow."""

MOST_EXPANDED: Final = 60_000
"""The most tests and values that groups and defaults may add; groups of groups grow fast."""


class Unreadable(Exception):
    """Why a value cannot be read: the code, place and sentence of the fault.

    Readers raise it; `Context.attempt` records it, so that reading goes on with the next value.
    """


@dataclass(slots=True)
class Context:
    """Names that a policy may use at the point being read."""

    file: str
    currency: str = "USD"
    currency_known: bool = True
    applies_by: str = "ordered"
    calendar: Calendar = field(default_factory=Calendar)
    parties: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=lambda: dict(SENT))
    derived: dict[str, tuple[Fact, int]] = field(default_factory=dict)
    groups: dict[str, Condition] = field(default_factory=dict)
    group_sizes: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=lambda: dict(CODES))
    places: tuple[str, ...] = PLACES
    row_ids: dict[str, Source] = field(default_factory=dict)
    written_ids: Collection[str] = ()
    faults: list[Fault] = field(default_factory=list)
    untold: int = 0
    hints: int = 0
    step: int = 0
    main_deadline: str | None = None
    expanded: int = 0
    sayable: frozenset[str] = frozenset()
    looked_up: dict[str, tuple[tuple[str, ...], dict[str, None]]] = field(default_factory=dict)

    def fault(self, code: str, source: Source, sentence: str) -> None:
        """Records a finding; reading goes on so that all are reported at once."""
        found = Fault(code=code, source=source, sentence=sentence)
        if len(self.faults) >= MOST_FAULTS:
            self.untold += 1
        elif not self.faults or self.faults[-1] != found:
            self.faults.append(found)

    def attempt(self, read: Callable[[_N, Context], _T], node: _N | None) -> _T | None:
        """Reads a value if it is written; returns None, with a fault, if it cannot be read."""
        try:
            return None if node is None else read(node, self)
        except Unreadable as error:
            self.fault(*error.args)
            return None

    def each(self, read: Callable[[_N, Context], _T | None], nodes: Iterable[_N]) -> tuple[_T, ...]:
        """Reads several values; leaves out, with a fault, those that cannot be read."""
        found = (self.attempt(read, node) for node in nodes)
        return tuple(each for each in found if each is not None)

    def entries(
        self, read: Callable[[str, Node, Context], _T | None], nodes: Mapping[str, Node]
    ) -> dict[str, _T]:
        """Reads values by their keys, which the reader is given too; otherwise like `each`."""
        found = {key: self.attempt(partial(read, key), node) for key, node in nodes.items()}
        return {key: value for key, value in found.items() if value is not None}

    def quiet(self) -> Context:
        """Returns a context of the same file and currency that knows nothing else yet."""
        return Context(self.file, currency=self.currency)

    def refuse_faults(self) -> None:
        """Raises `PolicyFaults` with everything found, in the order of the file."""
        if not self.faults:
            return
        found = sorted(self.faults, key=lambda fault: fault.source)
        if self.untold:
            said = f"There are {self.untold:,} more faults like these."
            found.append(Fault(code="more_faults", source=found[-1].source, sentence=said))
        raise PolicyFaults(tuple(found))

    def nearest(self, word: str, known: Iterable[str]) -> str:
        """Returns ` Did you mean …?`, or an empty text once the file has asked too often."""
        self.hints += 1
        return nearest(word, known) if self.hints <= MOST_HINTS else ""

    @contextmanager
    def at_step(self, step: int) -> Iterator[None]:
        """Lets only facts derived before `step` be tested in the block."""
        before, self.step = self.step, step
        try:
            yield
        finally:
            self.step = before

    def derive(self, name: str, type_: FactType, step: int, words: tuple[str, ...] | None) -> None:
        """Makes a derived fact known from `step` on."""
        self.derived[name] = (Fact(name=name, type=type_, words=words), step)

    def expand(self, count: int, source: Source) -> bool:
        """Counts what groups and defaults add; returns False, with a fault, once it is too much."""
        was = self.expanded
        self.expanded += count
        if self.expanded <= MOST_EXPANDED:
            return True
        if was <= MOST_EXPANDED:
            said = (
                f"Groups and defaults of this policy add up to more than {MOST_EXPANDED:,} values."
            )
            self.fault("too_large", source, said)
        return False

    def words_of(self, fact: Fact) -> Collection[str]:
        """Returns the legal words of a fact, in a collection that is fast to search."""
        words = fact.words or ()
        if len(words) < 20:
            return words
        listed_for, legal = self.looked_up.get(fact.name, ((), {}))
        if listed_for is not words:
            legal = dict.fromkeys(words)
            self.looked_up[fact.name] = (words, legal)
        return legal

    def facts_of(self, type_: FactType) -> tuple[str, ...]:
        """The names of the facts of a type."""
        return tuple(name for name, fact in self.facts.items() if fact.type is type_)

    def fact_names(self) -> list[str]:
        """All names that a condition may test, for hints."""
        parts = {name.partition(".")[0] for name in self.derived if "." in name}
        return [*self.facts, *self.derived, *DERIVED, *DEADLINE_FACTS, *parts, "any_of", "is"]

    def placeholders(self) -> frozenset[str]:
        """What may stand between `<` and `>` in a sentence."""
        if not self.sayable:
            shown = ("last_day", "first_day", "last_moment", "days_left", "counted_from")
            ends = [name[:-9] for name in self.derived if name.endswith(".last_day")]
            dated = {f"{end}.{name}" for end in ends for name in shown}
            short = shown if self.main_deadline else ()
            self.sayable = frozenset([*self.facts, *dated, *short, "net", "base", "fee_total"])
        return self.sayable

    def map_of(self, node: Node, what: str, instead: str = "") -> Map:
        """Returns a node that is a map; raises `Unreadable` for another.

        `instead` shows how to write a single value as a map.
        """
        if isinstance(node, Map):
            return node
        said = f"{what} must be a map of `key: value`, not {node.kind}."
        if instead and isinstance(node, Scalar):
            said = f"{said} Write `{instead.replace('VALUE', node.text[:40])}`."
        raise Unreadable("wrong_shape", node.source, said)

    def items_of(self, node: Node, what: str) -> tuple[Node, ...]:
        """Returns the items of a list; a single value counts as a list of one."""
        if isinstance(node, Items):
            return node.items
        if isinstance(node, Scalar):
            return (node,)
        self.fault("wrong_shape", node.source, f"{what} must be a list, not {node.kind}.")
        return ()

    def only_keys(
        self, node: Map, known: Iterable[str], where: str, short: Iterable[str] = ()
    ) -> None:
        """Adds a fault for each key that does not belong here, with the nearest one that does.

        `short` are short names that were replaced by full ones before; here they are only
        suggestions.
        """
        legal, meant = dict.fromkeys(known), tuple(short)
        name, before = "", cast("Node", node)
        for key, value in node.entries.items():
            if key not in legal and not self._cut(f"{name}: ", before, key, value):
                self._unknown_key(key, node, (legal, meant), where)
            name, before = key, value

    def cut_at_comma(self, node: Map | Items) -> bool:
        """Whether a number in braces or brackets is cut at its comma, with a fault."""
        if isinstance(node, Items):
            return any(
                self._cut("", one, other.text, other)
                for one, other in pairwise(node.items)
                if isinstance(other, Scalar) and _DIGITS.match(other.text)
            )
        return any(
            self._cut(f"{name}: ", before, key, node.entries[key])
            for (name, before), key in zip(node.entries.items(), [*node.entries][1:], strict=False)
        )

    def _cut(self, name: str, before: Node, after: str, rest: Node) -> bool:
        """The same of a value and what follows it."""
        bare = isinstance(rest, Scalar) and (rest.value is None or not name)
        if not (bare and isinstance(before, Scalar) and before.text[-1:].isdigit()):
            return False
        found = _CUT.match(after)
        if found is None:
            return False
        said = before.text[:40]
        whole = f"{said}{after}" if found[1] else f"{said.replace('.', '')}.{after}"
        self.fault(
            "split_text",
            rest.source,
            f"`{name}{said},{after[:40]}` is cut at its comma, which ends a value inside braces. "
            f"Write `{whole[:80]}`.",
        )
        return True

    def _unknown_key(
        self, key: str, node: Map, names: tuple[Collection[str], Collection[str]], where: str
    ) -> None:
        legal, short = names
        value, source = node.entries[key], node.key_source(key)
        if isinstance(value, Scalar) and value.value is None and (" " in key or "?" in key):
            said = (
                f"`{key[:60]}` looks like the rest of a sentence: a comma ends a value inside "
                "braces. Write this row as a block, one key a line."
            )
            self.fault("split_text", source, said)
            return
        hint = _bounds(key, node, legal) or self.nearest(key, (*legal, *short))
        hint = hint or f" Known here: {listed(legal)}."
        self.fault("unknown_key", source, f"`{key[:60]}` is not a key of {where}.{hint}")


def a_map(what: str, instead: str = "") -> Callable[[Node, Context], Map]:
    """Returns a reader of a node that must be a map, as `Context.map_of` says."""
    return lambda node, ctx: ctx.map_of(node, what, instead)


def _bounds(key: str, node: Map, legal: Collection[str]) -> str:
    """Returns how to write a bound that was put beside its amount instead of inside it."""
    amount = next((each for each in ("fee", "of") if each in legal and each in node.entries), "")
    if key not in ("at_least", "at_most") or not amount:
        return ""
    said = node.text_of(amount) or ".."
    within = f"{{amount: {said[:40]}, {key}: {node.text_of(key)[:40] or '..'}}}"
    return f" A bound belongs to its amount: write `{amount}: {within}`."
