"""Answers the checks' questions about an edition: where its rows hold, where its promises break."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from engine.comparing.returns import given_of
from engine.meaning.asking import Answer, Asking
from engine.meaning.difference import Budget
from engine.meaning.graph import Node
from engine.meaning.ground import Ground
from engine.meaning.lowering.intake import derive
from engine.meaning.lowering.line import Line, Sent
from engine.meaning.lowering.money import Money
from engine.meaning.lowering.policy import Forced, Lowered, lowered, tests_remedy
from engine.meaning.witness import Numbers
from engine.policy.conditions import leaves
from engine.policy.model import PRESENCE, Condition, Effective, Policy, Promise, Row, Verdict
from engine.policy.vocabulary import FactType
from engine.policy.words import ACCEPTED_ALONE, DEFAULT_CODES
from engine.publishing.checks.search.sampler import Sampler, Tried
from engine.stopping import is_over

BUDGET: Final = Budget(cases=60_000, nodes=400_000, past=is_over)
"""The budget of one question, and of all questions about an edition."""
OF_MONEY: Final = Budget(cases=4_000, nodes=40_000, past=is_over)
"""The budget of questions about money, which depend on every row of a table at once."""


Each = tuple[Node, ...]
"""A condition, once for each way in which a line can be answered."""


@dataclass(slots=True)
class _Heard(Line):
    """A line that remembers where each condition held when it was evaluated."""

    held: dict[int, tuple[Condition, Node]] = field(default_factory=dict)

    def holds(self, condition: Condition) -> tuple[Node, Node]:
        """Returns where a condition holds, and where it could hold."""
        found = Line.holds(self, condition)
        self.held.setdefault(id(condition), (condition, found[0]))
        return found


@dataclass(frozen=True, slots=True)
class _World:
    """One way in which a line can be answered."""

    line: _Heard
    whole: Lowered
    reached: Node
    """Where this answer is considered: a reading only where the text has several."""


class Asked:
    """An edition in a graph of its own.

    Returns give each fact a value or say that it has none. Without `null`, only facts that some row
    tests for presence may have none.
    """

    def __init__(self, bench: Sampler, days: Effective, *, null: bool = True) -> None:
        self._bench = bench
        self._ground = Ground((bench.policy,), days)
        self.graph = self._ground.graph
        self._sent = _sent(bench, null=null)
        own = self._lowered(None, self.graph.true)
        line = own.line
        several = line.one_of(line.facts["answer"].number, ("two_readings",))
        self._worlds = [
            own,
            *(self._lowered(each, several) for each in _readings(bench.policy)),
            *(self._lowered(each, self.graph.true) for each in _of_sets(bench.policy)),
        ]
        self._broken, self._doubt = line.broken, own.whole.doubt
        held = [node for world in self._worlds for _, node in world.line.held.values()]
        money = [world.whole.money for world in self._worlds]
        left = [node for each in money for node in (each.left.absent, each.left.number)]
        roots = [*held, *line.broken.values(), *left, self._doubt, *self._values()]
        self._asking = Asking(self._ground, roots, BUDGET)
        self._of_money = Asking(self._ground, roots, OF_MONEY)

    def _values(self) -> Iterator[Node]:
        """Yields the tested facts that have a value: each is sent, though no condition may be left
        that reads it."""
        for name in dict.fromkeys(each.partition("#")[0] for each in self._bench.values.tests):
            if self._sent.get(name) is Sent.A_VALUE:
                yield self.graph.fact(name)

    def _lowered(self, forced: Forced | None, reached: Node) -> _World:
        ground, policy = self._ground, self._bench.policy
        asks = tests_remedy(policy)
        line = _Heard(ground.graph, policy, ground.book, self._sent, Sent.TOLD, tests_remedy=asks)
        derive(line)
        return _World(line, lowered(line, forced), reached)

    # --- conditions -------------------------------------------------------------------------------

    def holds(self, *conditions: Condition) -> Node:
        """Returns where conditions of the header all hold."""
        line = self._worlds[0].line
        return self.graph.all(*[line.holds(each)[0] for each in conditions])

    def none_of(self, rows: Iterable[Row]) -> list[Each]:
        """Returns where none of the first N rows holds, for N from 0 to all of them."""
        found = [tuple(self.graph.true for _ in self._worlds)]
        for row in rows:
            pairs = zip(self._worlds, found[-1], strict=True)
            missed = ((before, self.graph.no(self._held(world, row))) for world, before in pairs)
            found.append(tuple(self.graph.all(*each) for each in missed))
        return found

    def where(self, topic: str, rows: Iterable[Row], *none: Each) -> Node:
        """Returns where a topic is evaluated, all of `rows` hold, and all of `none`."""
        own, found = list(rows), []
        for world, *missed in zip(self._worlds, *none, strict=True):
            held = [self._held(world, row) for row in own]
            found.append(self.graph.all(self._asks(world, topic), *held, *missed))
        return self.graph.any(*found)

    def overcharged(self, worth: int, shows: Callable[[Tried], bool]) -> Answer[Tried]:
        """Asks for a line worth at least so much whose fees exceed what is given back for it.

        One minor unit per rounded fee is not counted.
        """
        graph = self.graph

        def over(money: Money) -> tuple[Node, ...]:
            rounded = [fee.when for fee in money.fees if fee.rounded]
            coins = [graph.choice(when, graph.const(1), graph.zero) for when in rounded]
            less = graph.lt(graph.sum([money.left.number, *coins]), graph.zero)
            dear = graph.le(graph.const(worth), money.worth.number)
            moved = graph.no(money.net.absent)  # nothing is taken from what is given in kind
            return moved, less, dear

        return self._of_fees(over, shows)

    def untaken(self, shows: Callable[[Tried], bool]) -> Answer[Tried]:
        """Asks for a line with a deducted fee, of which no money moves."""
        graph = self.graph

        def in_kind(money: Money) -> tuple[Node, ...]:
            total = money.fee_total
            fees = graph.all(graph.no(total.absent), graph.lt(graph.zero, total.number))
            return fees, graph.all(money.net.absent, graph.no(money.left.absent))

        return self._of_fees(in_kind, shows)

    def _of_fees(
        self, condition: Callable[[Money], tuple[Node, ...]], shows: Callable[[Tried], bool]
    ) -> Answer[Tried]:
        worlds = ((world, condition(world.whole.money)) for world in self._worlds)
        found = [self.graph.all(self._asks(world, "fees"), *each) for world, each in worlds]
        return self._shown(self._of_money, self.graph.any(*found), shows)

    def _asks(self, world: _World, topic: str) -> Node:
        """Returns where a topic is evaluated at all."""
        graph, refused = self.graph, world.whole.refused
        if topic in ACCEPTED_ALONE:
            return graph.all(world.reached, graph.no(refused))
        return graph.all(world.reached, refused) if topic == "after_refusal" else world.reached

    def _held(self, world: _World, row: Row) -> Node:
        found = world.line.held.get(id(row.when))
        return world.line.holds(row.when)[0] if found is None else found[1]

    # --- questions --------------------------------------------------------------------------------

    def never(self, condition: Node) -> bool | None:
        """Returns whether provably no return makes it true; None if that is not known."""
        return self._asking.never(condition)

    def whether(self, condition: Node, shows: Callable[[Tried], bool]) -> Answer[Tried]:
        """Asks for a return that meets a condition and shows it when decided; or that none can."""
        return self._shown(self._asking, condition, shows)

    def preferably(
        self, first: Node, otherwise: Node, shows: Callable[[Tried], bool]
    ) -> Answer[Tried]:
        """Asks for a return that meets a condition, or if none is shown, another condition."""
        answer = self.whether(first, shows)
        return answer if answer.shown else self.whether(otherwise, shows)

    def _shown(
        self, asking: Asking, condition: Node, shows: Callable[[Tried], bool]
    ) -> Answer[Tried]:
        def bears(numbers: Numbers) -> Tried | None:
            tried = self._bench.tried(given_of(numbers, self._ground)[0])
            return tried if tried and not tried.evaluation.undecided and shows(tried) else None

        return asking.whether(condition, bears)

    def breach(self, promise: Promise) -> Answer[Tried]:
        """Asks for a return that breaks a promise."""

        def breaks(tried: Tried) -> bool:
            return any(broken is promise for broken, _ in tried.builder.broken)

        answer = self.whether(self._broken[promise.id], breaks)
        if answer.never and self._doubt is not self.graph.false:
            return self.whether(self._doubt, breaks)
        return answer


def _sent(bench: Sampler, *, null: bool) -> dict[str, Sent]:
    """Returns how returns may send a fact, unless they send a value or that there is none.

    Each has a day on which it is requested, without which it is not known how deadlines stand.
    """
    tests = (leaf for each in bench.compiled.asked for leaf in leaves(each.condition))
    told = {leaf.fact for leaf in tests if leaf.op in PRESENCE}
    found = {f"{name}@": Sent.ANYTHING for name in bench.policy.facts}
    for name, fact in bench.policy.facts.items():
        never = fact.type is FactType.SET or (name == "requested" and name not in told)
        if never or not (null or name in told):
            found[name] = Sent.A_VALUE
    return found


def _readings(policy: Policy) -> Iterator[Forced]:
    """Yields the answer that each reading of the text forces."""
    bodies = [row.body for row in policy.eligibility.rows if isinstance(row.body, Verdict)]
    for reading in (reading for body in bodies for reading in body.readings):
        code = reading.code or DEFAULT_CODES[reading.answer]
        yield Forced(answer=reading.answer, code=code, sets=dict(reading.sets))


def _of_sets(policy: Policy) -> Iterator[Forced]:
    """Yields the answers that a rule about sets of the whole return forces."""
    for rule in policy.sets:
        yield Forced(answer=rule.else_, code=rule.code or "", sets={})
