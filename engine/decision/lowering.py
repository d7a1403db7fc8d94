"""Lowers a policy to expressions over the slots of its facts, as the intake has filled them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import NamedTuple

from engine.decision.compiled import CompiledPolicy
from engine.decision.encoding import ABSENT, UNKNOWN
from engine.decision.figures.counts import of_the_return
from engine.decision.slots import AHEAD, EARLY, NOW_CAME, TOO_EARLY, Slots, is_figure
from engine.meaning.graph import Graph, Node, all_replaced, in_order, replaced
from engine.meaning.lowering.clocks import unsent
from engine.meaning.lowering.deadlines import Read
from engine.meaning.lowering.line import Line, Sent
from engine.meaning.lowering.policy import WORDS, Forced, fields_of, lowered, tests_remedy
from engine.meaning.lowering.words import Book
from engine.meaning.values import Value, known, not_sent
from engine.policy.model import Clock, Quantity
from engine.policy.vocabulary import FactType


class SlotBook(Book):
    """Numbers words: those of sent facts by the codes of their slots, others by its own."""

    def __init__(self, slots: Slots) -> None:
        super().__init__()
        self._slots = slots

    def name(self, fact: str, word: str) -> int:
        """Returns the number of a word of a fact that is sent."""
        return self._slots.code(fact, word)


@dataclass(slots=True)
class SlotLine(Line):
    """A return line in which every slot that a request fills is a fact of the graph."""

    slots: Slots = field(kw_only=True)
    at_rest: bool = field(default=False, kw_only=True)
    """Whether derived facts are read from their slots instead of being worked out by topics."""

    def is_sent(self, name: str) -> bool:
        """Whether the words of a fact have the codes of its slot."""
        return self.at_rest or Line.is_sent(self, name)

    def raw(self, name: str) -> Value:
        """Returns a slot as the request filled it."""
        graph = self.graph
        if name not in self.slots.numbers:
            return not_sent(graph)
        return Value(graph.unknown(name), graph.absent(name), graph.fact(name))

    def fact(self, name: str) -> Value:
        """Returns a fact by its name; its slot, unless a topic has derived it."""
        found = self.facts.get(name)
        if found is None:
            found = self.facts[name] = self.raw(name)
        return found

    def is_known(self, name: str) -> Node:
        """Whether a fact was sent, whatever value is supposed for it since."""
        seen = self.slots.presence.get(name)
        return Line.is_known(self, name) if seen is None else self.raw(f"?{name}").known(self.graph)

    def now_came(self) -> Node:
        """Whether `now` itself was sent; otherwise its slot holds the day of the request."""
        return self.raw(NOW_CAME).known(self.graph)

    def supposed_early(self, clock: Clock) -> Value:
        """Returns whether a clock is supposed to open after its event."""
        if clock.opens is None:
            return not_sent(self.graph)
        return self.raw(self.slots.openings[clock.event, clock.opens])

    def derive(self, name: str, number: Node) -> None:
        """Writes a derived fact; the first `answer` and `code` are kept for limits and demands."""
        value = known(self.graph, number)
        if name in ("answer", "code"):
            self.facts.setdefault(EARLY + name, value)
        self.facts[name] = value

    def before(self, adds: Quantity) -> Line:
        """Returns the line with counters as they stood before the return, if `adds` is a figure of
        the whole return."""
        counters = self.slots.starting(AHEAD) if of_the_return(adds) else ()
        if not counters:
            return self
        other = replace(self, facts=dict(self.facts))
        for name, _ in counters:
            value, ahead = self.fact(name), self.graph.fact(AHEAD + name)
            less = self.graph.sub(value.number, ahead)
            other.facts[name] = Value(value.unknown, value.absent, less)
        return other


class Known(NamedTuple):
    """What is known of lines before they are read: the values of some slots, which may be `UNKNOWN`
    or `ABSENT`; the slots that are surely not `UNKNOWN`; and those that are copies of others."""

    values: Mapping[str, int]
    sent: frozenset[str] = frozenset()
    copies: Mapping[str, str] = {}

    def instead(self, graph: Graph) -> dict[Node, Node]:
        """Returns the parts of expressions that this decides, each with what takes its place."""
        found: dict[Node, Node] = {}
        for name, of in self.copies.items():
            for leaf in (graph.unknown, graph.absent, graph.fact):
                found[leaf(name)] = leaf(of)
        found |= {graph.unknown(name): graph.false for name in self.sent}
        for name, value in self.values.items():
            found[graph.unknown(name)] = graph.truth(value == UNKNOWN)
            found[graph.absent(name)] = graph.truth(value == ABSENT)
            found[graph.fact(name)] = graph.const(value)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Expressions:
    """Expressions over slots.

    `true` and `maybe`: whether each row holds or may hold, by bit. `derived`: what topics derive,
    by slot. `fields`: what the network is told. `outcome`, and `doubt`: whether no outcome is
    claimed. `states`: how deadlines stand.
    """

    graph: Graph
    true: dict[int, Node]
    maybe: dict[int, Node]
    derived: dict[int, Node]
    fields: tuple[Node, ...]
    outcome: tuple[Node, ...] = ()
    states: tuple[Node, ...] = ()
    doubt: Node
    words: tuple[str | None, ...]
    """The words of the outcome, by number."""

    @property
    def lists(self) -> tuple[tuple[Node, ...], ...]:
        """What the network is told, what topics derive, and how deadlines stand."""
        return self.fields, tuple(self.derived.values()), self.states

    @property
    def unsaid(self) -> list[Node]:
        """Whether each field of the network is unknown."""
        graph = self.graph
        return [
            graph.unknown(node.args[0]) if node.op == "fact" else graph.among(node, (UNKNOWN,))
            for node in self.fields
        ]

    @property
    def depends_on(self) -> tuple[Node, ...]:
        """Whether each fact is unknown, or the day of the request null; one of them holds if the
        outcome is in doubt, and not `surely_doubt`."""
        return tuple(sorted(set(self._waits), key=str))

    @property
    def surely_doubt(self) -> Node:
        """Whether no outcome is claimed, if none holds of what it `depends_on`."""
        return replaced(self.graph, self.doubt, dict.fromkeys(self._waits, self.graph.false))

    @property
    def _waits(self) -> list[Node]:
        return [each for each in in_order([self.doubt]) if _may_wait(each)]

    def supposing(self, fact: str, value: int) -> Expressions:
        """Returns what they come to, but for the outcome, once a fact has a value, which may be
        `UNKNOWN` or `ABSENT`."""
        rows = replace(self, outcome=(), doubt=self.graph.false)
        return rows.narrowed(Known({fact: value}))

    def narrowed(self, known: Known) -> Expressions:
        """Returns what they come to for lines of which so much is known; simplified."""
        instead = known.instead(self.graph)
        dicts = (self.true, self.maybe, self.derived)
        lists = (self.fields, self.states, self.outcome, (self.doubt,))
        roots = [node for of in (*(each.values() for each in dicts), *lists) for node in of]
        nodes = iter(all_replaced(self.graph, roots, instead))
        true, maybe, derived = (dict(zip(each, nodes, strict=False)) for each in dicts)
        fields, states, outcome, (doubt,) = (tuple(islice(nodes, len(each))) for each in lists)
        return replace(
            self,
            true=true,
            maybe=maybe,
            derived=derived,
            fields=fields,
            states=states,
            outcome=outcome,
            doubt=doubt,
        )


def of_a_line(
    compiled: CompiledPolicy, forced: Forced | None = None, *, alone: bool = True
) -> Expressions:
    """Lowers a line from what was sent to its outcome; its answer may be `forced`."""
    line = _line(compiled)
    line.alone = alone
    whole = lowered(line, forced)
    fields, _ = fields_of(line, whole)
    outcome = tuple(fields[name] for name in (*WORDS, "last_day", "net", "fee"))
    return _expressions(line, compiled, outcome, whole.reads)


def of_slots(compiled: CompiledPolicy) -> Expressions:
    """Lowers the rows alone; derived facts are read from their slots."""
    return _expressions(_line(compiled, at_rest=True), compiled, (), ())


def _line(compiled: CompiledPolicy, *, at_rest: bool = False) -> SlotLine:
    policy, slots = compiled.policy, compiled.slots
    return SlotLine(
        Graph(searched=False),
        policy,
        SlotBook(slots),
        {},
        Sent.ANYTHING,
        tests_remedy=tests_remedy(policy),
        slots=slots,
        at_rest=at_rest,
    )


def _expressions(
    line: SlotLine, compiled: CompiledPolicy, outcome: tuple[Node, ...], reads: Sequence[Read]
) -> Expressions:
    slots = compiled.slots
    derived = {
        name
        for name in line.facts
        if name in slots.numbers
        and not _is_sent(name, slots)
        and (name in compiled.used or not is_figure(name))
    }
    holds = {each.bit: line.holds(each.condition) for each in compiled.asked}
    return Expressions(
        graph=line.graph,
        true={bit: true for bit, (true, _) in holds.items()},
        maybe={bit: maybe for bit, (_, maybe) in holds.items()},
        derived={slots.numbers[name]: _encoded(line, name) for name in sorted(derived)},
        fields=tuple(_told(line, slot, compiled) for slot in compiled.question.used),
        outcome=outcome,
        states=tuple(_states(line, reads)),
        doubt=line.graph.any(*line.doubts),
        words=(None, *line.book.words),
    )


def _states(line: SlotLine, reads: Sequence[Read]) -> Iterator[Node]:
    """Yields all that topics read of deadlines: for each the row taken, its state, and what is
    missing to judge it; for `longest` and `shortest` also whether a pause without an end, or an end
    that is not known, leaves open which row is taken."""
    graph = line.graph
    asked = line.raw("requested").unknown
    for table in line.policy.deadlines if reads else ():
        mine = [each for each in reads if each.part == table.part]
        taken = missing = graph.zero
        places = count(1)
        for read in reversed(mine):
            stands = read.stands
            unbegun = line.one_of(stands.state, ("not_started",))
            lacks = [stands.no_event, stands.unsure, unbegun, stands.early_unknown, stands.endless]
            starts = [stands.clock.start, stands.clock.opens.start if stands.clock.opens else None]
            more = [*lacks, stands.open_end, stands.first_day.known(graph), asked]
            more += [unsent(line, start) for start in starts if start is not None]
            bits = [graph.choice(e, graph.const(2 << at), graph.zero) for at, e in enumerate(more)]
            open_ = graph.choice(graph.any(*lacks), graph.sum(bits), graph.zero)
            missing = graph.choice(read.when, open_, missing)
            for _, when in reversed(read.rows):
                taken = graph.choice(when, graph.const(next(places)), taken)
        yield from (taken, line.facts[f"{table.part}.state"].number, missing)
        if table.decide in ("longest", "shortest"):
            yield line.open_ends[str(table.part)].bits


def _may_wait(node: Node) -> bool:
    """Whether a node is a reason, rare in requests, for which an outcome may be in doubt."""
    if node.op == "absent":
        return bool(node.args[0] == "requested")
    name = node.args[0] if node.op == "unknown" else NOW_CAME
    return name != NOW_CAME and not name.startswith(TOO_EARLY)


def _is_sent(name: str, slots: Slots) -> bool:
    """Whether the intake fills a slot, and not a topic."""
    own = name.lstrip("?").partition("#")[0].removesuffix("@").removeprefix("days_since.")
    return own in slots.policy.facts or own.startswith(AHEAD)


def _told(line: SlotLine, slot: int, compiled: CompiledPolicy) -> Node:
    """Returns what the network is told of a slot, or of an atom (whether a word is one of
    several)."""
    graph = line.graph
    atom = compiled.question.by_slot.get(slot)
    if atom is None:
        return _encoded(line, compiled.slots.named(slot))
    name = compiled.slots.named(atom.of)
    number = _translated(line, name)
    value = line.fact(name)
    inside = graph.among(number, atom.codes)
    if number.op == "fact":  # no code is the number of what is unknown or absent
        unsaid = graph.choice(value.unknown, graph.const(UNKNOWN), graph.zero)
        return graph.choice(inside, graph.const(1), unsaid)
    inside = graph.all(graph.no(value.absent), inside)
    flag = graph.choice(inside, graph.const(1), graph.zero)
    return graph.choice(value.unknown, graph.const(UNKNOWN), flag)


def _encoded(line: SlotLine, name: str) -> Node:
    """Returns a value as its slot holds it."""
    graph, value = line.graph, line.fact(name)
    if value.number.op == "fact" and value.number.args[0] == name:
        return value.number
    number = graph.choice(value.absent, graph.const(ABSENT), _translated(line, name))
    return graph.choice(value.unknown, graph.const(UNKNOWN), number)


def _translated(line: SlotLine, name: str) -> Node:
    """Returns the number of a fact; words of derived facts with the codes of their slot."""
    node, slots = line.fact(name).number, line.slots
    if (
        node.op == "fact"
        or _is_sent(name, slots)
        or slots.fact(name).type is not FactType.WORD
        or "#" in name
    ):
        return node
    return _with_codes(line, node, slots.codes(name), {})


def _with_codes(line: SlotLine, node: Node, codes: dict[str, int], done: dict[Node, Node]) -> Node:
    if node not in done:
        if node.op == "if":
            when, then, other = node.parts
            found = line.graph.choice(
                when,
                _with_codes(line, then, codes, done),
                _with_codes(line, other, codes, done),
            )
        else:
            found = line.graph.const(codes.get(str(line.book.word(node.value)), 0))
        done[node] = found
    return done[node]
