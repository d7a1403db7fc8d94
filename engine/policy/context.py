"""What the reader knows while it reads one policy: the names in force, and the faults so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.dates import Calendar
from engine.policy.faults import Fault, Source, listed, nearest
from engine.policy.model import Condition
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.vocabulary import DERIVED, SENT
from engine.policy.vocabulary import Fact as FactDef
from engine.policy.words import CODES, PLACES


@dataclass(slots=True)
class Context:
    """Names that a policy may use at the point being read."""

    file: str
    currency: str = "USD"
    applies_by: str = "ordered"
    calendar: Calendar = field(default_factory=Calendar)
    parties: dict[str, str] = field(default_factory=dict)
    facts: dict[str, FactDef] = field(default_factory=lambda: dict(SENT))
    derived: dict[str, tuple[FactDef, int]] = field(default_factory=dict)
    groups: dict[str, Condition] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=lambda: dict(CODES))
    places: tuple[str, ...] = PLACES
    row_ids: dict[str, Source] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    step: int = 0
    main_deadline: str | None = None
    expanded: int = 0

    def fault(self, code: str, source: Source, sentence: str) -> None:
        """Records a finding; reading goes on so that all are reported at once."""
        self.faults.append(Fault(code=code, source=source, sentence=sentence))

    @contextmanager
    def at_step(self, step: int) -> Iterator[None]:
        """Reads a topic: only facts derived before `step` may be tested."""
        before, self.step = self.step, step
        try:
            yield
        finally:
            self.step = before

    def derive(self, name: str, fact: FactDef, step: int) -> None:
        """Makes a derived fact known from `step` on."""
        self.derived[name] = (fact, step)

    def fact_names(self) -> list[str]:
        """All facts that exist, for hints."""
        return [*self.facts, *self.derived, *DERIVED]

    def map_of(self, node: Node, what: str) -> Map | None:
        """The node as a map, or a fault."""
        if isinstance(node, Map):
            return node
        self.fault("wrong_shape", node.source, f"{what} is a map of `key: value`, not {node.kind}.")
        return None

    def items_of(self, node: Node, what: str) -> tuple[Node, ...]:
        """The node as a list; one value stands for a list of one."""
        if isinstance(node, Items):
            return node.items
        if isinstance(node, Scalar):
            return (node,)
        self.fault("wrong_shape", node.source, f"{what} is a list, not {node.kind}.")
        return ()

    def only_keys(self, node: Map, known: Iterable[str], where: str) -> None:
        """A fault for each key that does not belong here, with the nearest one that does."""
        legal = list(known)
        for key, value in node.entries.items():
            if key in legal:
                continue
            source = node.key_source(key)
            if isinstance(value, Scalar) and value.value is None and (" " in key or "?" in key):
                self.fault(
                    "split_text",
                    source,
                    f"`{key[:60]}` looks like the rest of a sentence: a comma "
                    "ends a value inside braces. Write this row as a block, one key a line.",
                )
                continue
            hint = nearest(key, legal) or f" Known here: {listed(legal)}."
            self.fault("unknown_key", source, f"`{key[:60]}` is not a key of {where}.{hint}")
