"""One evaluation in progress: which rows hold so far, asked stage by stage.

The network chooses the rows; the twin must agree, and also tells which rows hang on unknown facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from engine.decision.encoding import UNKNOWN
from engine.decision.facts import Facts
from engine.decision.figures.amounts import WorthOf, worth_of
from engine.decision.figures.clocks import ClockReader
from engine.decision.plan import Plan, RowPlan, TablePlan, plan_of
from engine.decision.rules.network import Network
from engine.decision.rules.stages import Asked, Stage
from engine.decision.rules.twin import Rows, maybe_rows, true_rows
from engine.policy.conditions import leaves
from engine.policy.model import PRESENCE, Amount, Body, Policy

B = TypeVar("B", bound=Body)

_END: Final = 10**9
"""Past every step: all stages were asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One stage ready to be asked: in the network (if there is one) and in plain Python."""

    stage: Stage
    network: Network | None
    true: Rows
    maybe: Rows


class Engines:
    """The compiled rules of one policy: a network per stage and their twins. Safe under threads."""

    def __init__(self, policy: Policy, *, native: bool) -> None:
        self.plan = plan_of(policy)
        self.native = native
        self.asks = tuple(_ask(stage, self.plan, native) for stage in self.plan.stages)
        self.clocks = {
            row.asked.bit: ClockReader(row.body, self.plan.slots)
            for table in self.plan.deadlines
            for row in table.rows
        }
        self._worths: dict[int, WorthOf] = {}

    def worth(self, amount: Amount) -> WorthOf:
        """The function that works out an amount of this policy; made once for each."""
        found = self._worths.get(id(amount))
        if found is None:
            found = self._worths[id(amount)] = worth_of(amount, self.plan.slots)
        return found

    def close(self) -> None:
        """Frees the networks."""
        for ask in self.asks:
            if ask.network is not None:
                ask.network.close()


def _ask(stage: Stage, plan: Plan, native: bool) -> Ask:
    conditions = [(asked.mask, asked.condition) for asked in stage.asked]
    return Ask(
        stage=stage,
        network=Network(stage.rules, stage.width) if native and stage.rules else None,
        true=true_rows(conditions, stage.always, plan.slots.leaf),
        maybe=maybe_rows(conditions, stage.always, plan.slots.leaf),
    )


class Disagreement(Exception):
    """The network and the twin chose different rows."""


class Run:
    """The rows that hold (`true`) or may hold (`maybe`), up to the stage asked last.

    `undecided` collects the unknown facts that leave a table open, `unsure` the tables.
    """

    __slots__ = (
        "_asked",
        "_step",
        "engines",
        "facts",
        "maybe",
        "plan",
        "start",
        "true",
        "undecided",
        "unsure",
    )

    def __init__(self, engines: Engines, facts: Facts) -> None:
        self.engines = engines
        self.plan = engines.plan
        self.facts = facts
        self.start = facts.values.copy()
        self.true = 0
        self.maybe = 0
        self.undecided: dict[str, None] = {}
        self.unsure: dict[str, tuple[str, ...]] = {}
        self._asked = 0
        self._step = engines.asks[0].stage.step if engines.asks else _END

    def again(self, values: list[int] | None = None) -> Run:
        """A new evaluation of the same facts, or of other values of them."""
        taken = self.start if values is None else values
        return Run(self.engines, self.facts.copied(taken))

    def tests(self, fact: str) -> bool:
        """Whether any row of the policy tests a derived fact."""
        return fact in self.plan.slots.numbers

    def reach(self, step: int) -> None:
        """Asks every stage up to `step` that was not asked yet."""
        asks = self.engines.asks
        while self._step <= step:
            self._answer(asks[self._asked])
            self._asked += 1
            self._step = asks[self._asked].stage.step if self._asked < len(asks) else _END

    def _answer(self, ask: Ask) -> None:
        values, stage = self.facts.values, ask.stage
        true = ask.true(values)
        for atom in stage.atoms:
            of = values[atom.of]
            values[atom.slot] = UNKNOWN if of == UNKNOWN else int(of in atom.codes)
        fields = stage.pick(values)
        if ask.network is not None and ask.network.matches(fields) | stage.always != true:
            raise Disagreement(f"stage {stage.step}")
        self.true |= true
        self.maybe |= ask.maybe(values) if UNKNOWN in fields else true

    def holds(self, asked: Asked) -> bool | None:
        """Whether a condition holds; None when that hangs on an unknown fact."""
        if self.true & asked.mask:
            return True
        return None if self.maybe & asked.mask else False

    def pick(self, table: TablePlan[B]) -> RowPlan[B] | None:
        """The first row that applies; what could come before it is noted as undecided."""
        if table.only is not None:
            return table.only
        if self._step <= table.step:
            self.reach(table.step)
        hit = self.true & table.mask
        first = hit & -hit
        open_ = self.maybe & ~self.true & table.mask
        if open_ and (not first or open_ & (first - 1)):
            self.note(table, self.candidates(table))
        return table.by_mask[first] if first else None

    def candidates(self, table: TablePlan[B]) -> list[RowPlan[B]]:
        """The rows that could be the first that applies; one if certain, none if no row can."""
        self.reach(table.step)
        hit = self.true & table.mask
        first = hit & -hit
        open_ = self.maybe & ~self.true & table.mask
        if first:
            open_ &= first - 1
        found = [row for row in table.rows if row.asked.mask & open_]
        return [*found, table.by_mask[first]] if first else found

    def applying(self, table: TablePlan[B]) -> list[RowPlan[B]]:
        """Every row that applies, in order; rows that hang on unknown facts are noted."""
        self.reach(table.step)
        hit = self.true & table.mask
        if self.maybe & table.mask != hit:
            self.note(table, [row for row in table.rows if self.holds(row.asked) is None])
        found: list[RowPlan[B]] = []
        while hit:
            low = hit & -hit
            found.append(table.by_mask[low])
            hit ^= low
        return found

    def note(self, table: TablePlan[B], rows: Sequence[RowPlan[B]]) -> None:
        """Remembers which unknown facts leave a table undecided."""
        names = tuple(dict.fromkeys(name for row in rows for name in self.unknown_facts(row.asked)))
        self.undecided |= dict.fromkeys(names)
        self.unsure[table.name] = names

    def unknown_facts(self, asked: Asked) -> list[str]:
        """The facts without a value on which a condition hangs; `known` and `unknown` never do."""
        values, slots = self.facts.values, self.plan.slots
        return [
            leaf.fact
            for leaf in leaves(asked.condition)
            if leaf.op not in PRESENCE and values[slots.of_leaf(leaf)] == UNKNOWN
        ]
