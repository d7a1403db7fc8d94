"""Checks a policy against the one it builds on: no return may break a rule of `compare.never`.

Both policies decide the returns of the policy's tests. For each rule that none of these breaks, it
proves that no return does, or finds one that does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from engine.comparing.guards import FROM_TO, GIVEN, Guard
from engine.comparing.policies import value_of
from engine.comparing.returns import Given, decided_by_both, given_in, value_text
from engine.dates import day_in
from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, Level
from engine.policy.model import Policy
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.words import UNSETTLED
from engine.stopping import ChecksStopped, go_on

_WORSE: Final = "worse_than_base"
MOST_RULES: Final = 100
"""The most rules of one policy; each is checked by itself."""


class Rule(NamedTuple):
    """A rule of `compare.never`, such as `fee: higher`, and its node."""

    field: str
    change: str
    node: Node

    def __str__(self) -> str:
        return f"{self.field}: {self.change}"


_CHANGES: Final = ("higher", "lower", "earlier", "later", "changed")
FIELDS: Final[dict[str, Callable[[Decision], object]]] = {
    "eligible": lambda decision: "no" if decision.answer == "refuse" else "yes",
    "answer": lambda decision: decision.answer,
    "code": lambda decision: decision.code,
    "remedy": lambda decision: decision.remedy,
    "return_paid_by": lambda decision: decision.return_paid_by,
    "goods": lambda decision: decision.goods,
    "last_day": lambda decision: decision.last_day,
    "fee": lambda decision: decision.fee_total.minor if decision.fee_total else None,
    "net": lambda decision: decision.net.minor if decision.net else None,
}
"""The fields by which two decisions are compared; amounts in minor units."""


def shown(field: str, decision: Decision) -> str:
    """Returns a field of a decision as text; for a remedy still to be chosen, the choice."""
    if field == "remedy" and decision.remedy is None and decision.choice:
        return f"a choice of {' or '.join(decision.choice)}"
    return str(FIELDS[field](decision)) if field == "eligible" else value_of(field, decision)


class Standing(StrEnum):
    """Whether a rule of `compare.never` holds."""

    HOLDS = "holds"
    """It is proven for returns of one line that send all their facts."""
    BROKEN = "broken"
    """A return breaks it."""
    UNPROVEN = "unproven"
    """No return was found that breaks it, and not every case was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A rule as written, `fee: higher`, and whether it holds; `sentence` says why it does not."""

    rule: str
    standing: Standing = Standing.UNPROVEN
    sentence: str = ""


def guards_of(file: PolicyFile) -> tuple[Guarded, ...]:
    """Returns whether each rule of `compare.never` holds, in the order written."""
    compare, base = file.policy.tree.get("compare"), file.compared_with
    if not isinstance(compare, Map) or base is None:
        return ()
    rules = _rules(compare)[0]
    try:
        faults = {each.source: each for each in comparison_faults(file)}
    except ChecksStopped:
        no_time = "There was no time to look at it."
        return tuple(Guarded(rule=str(each), sentence=no_time) for each in rules)
    same = base.policy.currency == file.policy.currency
    otherwise = Standing.HOLDS if same else Standing.UNPROVEN
    return tuple(_guarded(each, faults.get(each.node.source), otherwise) for each in rules)


def _guarded(rule: Rule, fault: Fault | None, otherwise: Standing) -> Guarded:
    if fault is None:
        return Guarded(rule=str(rule), standing=otherwise)
    standing = Standing.BROKEN if fault.code == _WORSE else Standing.UNPROVEN
    return Guarded(rule=str(rule), standing=standing, sentence=fault.sentence)


def comparison_faults(file: PolicyFile) -> list[Fault]:
    """Returns a fault for each rule of `compare.never` that a return breaks, with that return.

    A rule that is neither broken nor proven gives a warning.
    """
    compare = file.policy.tree.get("compare")
    if not isinstance(compare, Map):
        return []
    rules, found = _rules(compare)
    if found or file.compared_with is None:
        return found
    pairs = [Beside(*each) for each in _by_days(file, file.compared_with)]
    rules = _tried(file, rules, pairs, found)
    return found + list(_proven(rules, pairs))


def _by_days(file: PolicyFile, base: PolicyFile) -> Iterator[tuple[Policy, Policy]]:
    """Yields for each span of days both editions that are in force, the newest last."""
    changes = [edition.effective.first for edition in base.editions]
    for edition in file.editions:
        for span in edition.effective.split(changes):
            yield base.on(span.first), replace(edition, effective=span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A return that breaks a rule, and how both policies decide it."""

    given: Given
    before: Decision
    after: Decision

    def breaks(self, field: str, change: str) -> bool:
        """Returns whether the decisions differ in a way that a rule rules out."""
        unsettled = self.before.answer in UNSETTLED or self.after.answer in UNSETTLED
        old, new = FIELDS[field](self.before), FIELDS[field](self.after)
        if field in GIVEN and unsettled:
            return False
        if match := FROM_TO.match(change):
            return (str(old), str(new)) == (match[1], match[2])
        if change == "changed":
            return old != new
        if old is None or new is None or type(old) is not type(new):
            return False
        return bool(new > old) if change in ("higher", "later") else bool(new < old)  # type: ignore[operator]


class Beside:
    """A policy and the one that it builds on; both decide returns in plain Python."""

    def __init__(self, before: Policy, after: Policy) -> None:
        self._policies = before, after
        self._deciders = Decider(before, native=False), Decider(after, native=False)

    def covers(self, given: Given) -> bool:
        """Whether the policy is in force for a return; one that does not say its day is covered."""
        policy = self._policies[1]
        told = given.get(policy.applies_by)
        try:
            return policy.effective.covers(day_in(str(told), policy.time_zone))
        except ValueError:
            return True

    @cached_property
    def _guard(self) -> Guard:
        return Guard(*self._policies)

    def decide(self, one: Given, other: Given) -> Broken | None:
        """Has both policies decide a return; returns None if its facts are invalid for one."""
        found = decided_by_both(self._deciders, one, other)
        return Broken(given={**one, **other}, before=found[0], after=found[1]) if found else None

    def broken(self, field: str, change: str) -> tuple[Broken | None, bool]:
        """Returns a return that breaks a rule, or None; and whether it is proven that none does."""
        if self._policies[0].currency != self._policies[1].currency:
            return None, True  # no return can be decided by both
        shown: list[Broken] = []

        def bears(one: Given, other: Given) -> bool:
            found = self.decide(one, other)
            if found and self.covers(found.given) and found.breaks(field, change):
                shown.append(found)
            return bool(shown)

        proven = self._guard.broken(field, change, bears)
        return (shown[0], False) if shown else (None, proven)


def _tried(
    file: PolicyFile, rules: list[Rule], pairs: Sequence[Beside], found: list[Fault]
) -> list[Rule]:
    """Returns the rules that no return of the policy's tests breaks; adds faults for the others."""
    # tests with edits, lines or agreed terms are left out
    cases = [each for each in file.policy.cases if not (each.edits or each.lines or each.agreed)]
    for given in (given_in(case.given) for case in cases):
        go_on()
        beside = next((each for each in pairs if each.covers(given)), pairs[-1])
        decided = beside.decide(given, given)
        broken = [rule for rule in rules if decided and decided.breaks(rule.field, rule.change)]
        found += [_fault(rule, decided) for rule in broken if decided]
        rules = [rule for rule in rules if rule not in broken]
    return rules


def _proven(rules: list[Rule], pairs: Sequence[Beside]) -> Iterator[Fault]:
    """Yields a fault for each rule that some return breaks, a warning for each that is unproven."""
    for rule in rules:
        surely = True
        for beside in pairs:
            broken, proven = beside.broken(rule.field, rule.change)
            surely = surely and proven
            if broken is not None:
                yield _fault(rule, broken)
                break
        else:
            yield from () if surely else [_unproven(rule)]


def _unproven(rule: Rule) -> Fault:
    said = (
        f"Whether `never {rule}` holds is not proven: no return was found that breaks it, and not "
        "every case could be looked at."
    )
    return Fault(code="not_proved", source=rule.node.source, sentence=said, level=Level.WARNING)


def _rules(compare: Map) -> tuple[list[Rule], list[Fault]]:
    """Returns the rules, each once however often it is written, and faults for what is no rule."""
    listed, at = compare.get("never"), compare.key_source("never")
    rules: dict[str, Rule] = {}
    faults: list[Fault] = []
    if not isinstance(listed, Items):
        said = "`compare` guards nothing without a list of rules, as in `never: [{fee: higher}]`."
        faults.append(Fault(code="wrong_shape", source=at, sentence=said))
    maps = [item for item in compare.list_of("never") if isinstance(item, Map)]
    for field, node in (entry for item in maps for entry in item.entries.items()):
        change = node.text if isinstance(node, Scalar) else ""
        rule = Rule(field, change, node)
        if field in FIELDS and (change in _CHANGES or FROM_TO.match(change)):
            rules.setdefault(str(rule), rule)
        else:
            said = (
                f"`{field}: {change[:40]}` is no rule; write one of {', '.join(FIELDS)} with one "
                f"of {', '.join(_CHANGES)} or `from A to B`."
            )
            faults.append(Fault(code="wrong_shape", source=node.source, sentence=said))
    if len(rules) > MOST_RULES:
        said = f"`compare` guards by {len(rules)} rules; at most {MOST_RULES} are looked at."
        faults.append(Fault(code="too_large", source=at, sentence=said))
    return list(rules.values()), faults


def _fault(rule: Rule, broken: Broken) -> Fault:
    before, after = shown(rule.field, broken.before), shown(rule.field, broken.after)
    facts = ", ".join(f"{name} {value_text(value)}" for name, value in broken.given.items())
    return Fault(
        code=_WORSE,
        source=rule.node.source,
        sentence=f"`never {rule}` is broken: {rule.field} goes from {before} to {after} for a "
        f"return with {facts}.",
    )
