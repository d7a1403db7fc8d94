"""One evaluation in progress: which rows hold so far, asked stage by stage.

The network chooses the rows; the twin must agree, and also tells which rows hang on unknown facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.decision.encoding import UNKNOWN
from engine.decision.facts import Facts
from engine.decision.network import Network
from engine.decision.plan import Asked, RowPlan, Stage, TablePlan, leaf_slot, plan_of
from engine.decision.twin import Rows, maybe_rows, true_rows
from engine.policy.conditions import leaves
from engine.policy.model import Policy


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
        self.asks = tuple(self._ask(stage) for stage in self.plan.stages)

    def _ask(self, stage: Stage) -> Ask:
        network = Network(stage.rules, len(stage.slots)) if self.native and stage.rules else None
        conditions = [(asked.mask, asked.condition) for asked in stage.asked]
        return Ask(stage=stage, network=network, true=true_rows(conditions, stage.always, self.plan.numbers),
                   maybe=maybe_rows(conditions, stage.always, self.plan.numbers))

    def close(self) -> None:
        """Frees the networks."""
        for ask in self.asks:
            if ask.network is not None:
                ask.network.close()


_LAST: Final = 10**9
"""Past every step: all stages were asked."""


class Disagreement(Exception):
    """The network and the twin chose different rows."""


class Run:
    """The rows that hold (`true`) or may hold (`maybe`), up to the stage asked last."""

    __slots__ = ("asked", "engines", "facts", "maybe", "plan", "start", "step", "true", "undecided", "unsure")

    def __init__(self, engines: Engines, facts: Facts, true: int = 0, maybe: int = 0, asked: int = 0) -> None:
        self.engines = engines
        self.plan = engines.plan
        self.facts = facts
        self.start = facts.values.copy()
        self.true = true
        self.maybe = maybe
        self.asked = asked
        self.step = asks[asked].stage.step if asked < len(asks := engines.asks) else _LAST
        self.undecided: dict[str, None] = {}
        self.unsure: dict[str, tuple[str, ...]] = {}

    def reach(self, step: int) -> None:
        """Asks every stage up to `step` that was not asked yet."""
        asks = self.engines.asks
        while self.step <= step:
            self._answer(asks[self.asked])
            self.asked += 1
            self.step = asks[self.asked].stage.step if self.asked < len(asks) else _LAST

    def _answer(self, ask: Ask) -> None:
        values = self.facts.values
        true = ask.true(values)
        if ask.network is not None:
            for atom in ask.stage.atoms:
                of = values[atom.of]
                values[atom.slot] = UNKNOWN if of == UNKNOWN else int(of in atom.codes)
            slots = ask.stage.values(values)
            if ask.network.matches(slots) | ask.stage.always != true:
                raise Disagreement(f"stage {ask.stage.step}")
            unknown = UNKNOWN in slots
        else:
            unknown = UNKNOWN in ask.stage.values(values)
        self.true |= true
        self.maybe |= ask.maybe(values) if unknown else true

    def holds(self, asked: Asked) -> bool | None:
        """Whether a condition holds; None when that hangs on an unknown fact."""
        if self.true & asked.mask:
            return True
        return None if self.maybe & asked.mask else False

    def candidates(self, table: TablePlan) -> list[RowPlan]:
        """The rows that could be the first that applies; one when that is certain, none when no row does."""
        self.reach(table.stage)
        hit = self.true & table.mask
        first = hit & -hit
        open_ = self.maybe & ~self.true & table.mask
        if first:
            open_ &= first - 1
            if not open_:
                return [table.by_mask[first]]
        found = [row for row in table.rows if row.asked.mask & open_]
        return [*found, *([table.by_mask[first]] if first else [])]

    def applying(self, table: TablePlan) -> list[RowPlan]:
        """Every row that applies, in order; rows that hang on unknown facts are noted."""
        self.reach(table.stage)
        hit = self.true & table.mask
        if self.maybe & table.mask != hit:
            self.note(table, [row for row in table.rows if self.holds(row.asked) is None])
        found: list[RowPlan] = []
        while hit:
            low = hit & -hit
            found.append(table.by_mask[low])
            hit ^= low
        return found

    def pick(self, table: TablePlan) -> RowPlan | None:
        """The first row that applies; what could come before it is noted as undecided."""
        if table.only is not None:
            return table.only
        if self.step <= table.stage:
            self.reach(table.stage)
        hit = self.true & table.mask
        first = hit & -hit
        open_ = self.maybe & ~self.true & table.mask
        if open_ and (not first or open_ & (first - 1)):
            self.note(table, self.candidates(table))
        return table.by_mask[first] if first else None

    def note(self, table: TablePlan, rows: Sequence[RowPlan]) -> None:
        """Remembers which unknown facts leave a table undecided."""
        facts = tuple(dict.fromkeys(name for row in rows for name in self.unknown_facts(row.asked)))
        self.undecided |= dict.fromkeys(facts)
        self.unsure[table.name] = facts

    def unknown_facts(self, asked: Asked) -> list[str]:
        """The facts without a value that a condition tests."""
        values = self.facts.values
        return [leaf.fact for leaf in leaves(asked.condition) if values[leaf_slot(leaf, self.plan)] == UNKNOWN]
