"""Checks a policy against the one it builds on: no return may break a rule of `compare.never`.

Both policies decide the returns of the policy's tests. For each rule that none of these breaks, it
proves that no return does, or finds one that does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Final

from engine.comparing.guards import FROM_TO, GIVEN, Guard
from engine.comparing.policies import value_of
from engine.comparing.returns import Given, value_text
from engine.dates import day_in
from engine.decision.decide import Decider
from engine.decision.record import Decision
from engine.errors import RequestFault
from engine.policy.editions import PolicyFile
from engine.policy.faults import Fault, Level
from engine.policy.model import Policy
from engine.policy.text import Items, Map, Node, Scalar, to_data
from engine.policy.words import UNSETTLED
from engine.stopping import ChecksStopped, go_on

MOST_RULES: Final = 100
"""The most rules of one policy; each is checked by itself."""

Rule = tuple[str, str, Node]

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
    standing: Standing
    sentence: str


def guards_of(file: PolicyFile) -> tuple[Guarded, ...]:
    """Returns whether each rule of `compare.never` holds, in the order written."""
    compare = file.policy.tree.get("compare")
    if not isinstance(compare, Map) or file.compared_with is None:
        return ()
    rules = _rules(compare)[0]
    try:
        faults = {each.source: each for each in comparison_faults(file)}
    except ChecksStopped:
        said = "There was no time to look at it."
        return tuple(
            Guarded(rule=f"{rule[0]}: {rule[1]}", standing=Standing.UNPROVEN, sentence=said)
            for rule in rules
        )
    comparable = file.compared_with.policy.currency == file.policy.currency
    return tuple(_guarded(rule, faults.get(rule[2].source), comparable) for rule in rules)


def _guarded(rule: Rule, fault: Fault | None, comparable: bool) -> Guarded:
    standing = Standing.HOLDS if comparable else Standing.UNPROVEN
    if fault:
        standing = Standing.BROKEN if fault.code == "worse_than_base" else Standing.UNPROVEN
    sentence = fault.sentence if fault else ""
    return Guarded(rule=f"{rule[0]}: {rule[1]}", standing=standing, sentence=sentence)


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


class Beside:
    """A policy and the one that it builds on; both decide returns in plain Python."""

    def __init__(self, before: Policy, after: Policy) -> None:
        self._policies = before, after
        self._deciders = [Decider(policy, native=False) for policy in self._policies]

    def covers(self, given: Given) -> bool:
        """Whether the policy is in force for a return; one that does not say its day is covered."""
        policy = self._policies[1]
        told = given.get(policy.applies_by)
        try:
            day = day_in(str(told), policy.time_zone)
        except ValueError:
            return True
        return policy.effective.covers(day)

    @cached_property
    def _guard(self) -> Guard:
        return Guard(*self._policies)

    def decide(self, one: Given, other: Given) -> Broken | None:
        """Has both policies decide a return; returns None if its facts are invalid for one."""
        try:
            before, after = (d.decide(g) for d, g in zip(self._deciders, (one, other), strict=True))
        except RequestFault:
            return None
        return Broken(given={**one, **other}, before=before, after=after)

    def broken(self, field: str, change: str) -> tuple[Broken | None, bool]:
        """Returns a return that breaks a rule, or None; and whether it is proven that none does."""
        if self._policies[0].currency != self._policies[1].currency:
            return None, True  # no return can be decided by both
        shown: list[Broken] = []

        def bears(one: Given, other: Given) -> bool:
            found = self.decide(one, other)
            real = found and self.covers(found.given) and _breaks(field, change, found)
            shown.extend([found] if found and real else [])
            return bool(shown)

        proven = self._guard.broken(field, change, bears)
        return (shown[0], False) if shown else (None, proven)


def _tried(
    file: PolicyFile, rules: list[Rule], pairs: Sequence[Beside], found: list[Fault]
) -> list[Rule]:
    """Returns the rules that no return of the policy's tests breaks; adds faults for the others."""
    # tests with edits, lines or agreed terms are left out
    cases = [each for each in file.policy.cases if not (each.edits or each.lines or each.agreed)]
    for case in cases:
        go_on()
        given = {key: to_data(node) for key, node in case.given.entries.items()}
        beside = next((each for each in pairs if each.covers(given)), pairs[-1])
        decided = beside.decide(given, given)
        if decided is None:
            continue
        broken = [rule for rule in rules if _breaks(rule[0], rule[1], decided)]
        found += [_fault(rule, decided) for rule in broken]
        rules = [rule for rule in rules if rule not in broken]
    return rules


def _proven(rules: list[Rule], pairs: Sequence[Beside]) -> Iterator[Fault]:
    """Yields a fault for each rule that some return breaks, a warning for each that is unproven."""
    for rule in rules:
        surely = True
        for beside in pairs:
            broken, proven = beside.broken(rule[0], rule[1])
            if broken is not None:
                yield _fault(rule, broken)
                break
            surely = surely and proven
        else:
            if not surely:
                yield _unproven(rule)


def _unproven(rule: Rule) -> Fault:
    field, change, node = rule
    sentence = (
        f"Whether `never {field}: {change}` holds is not proven: no return was found that breaks "
        "it, and not every case could be looked at."
    )
    return Fault(code="not_proved", source=node.source, sentence=sentence, level=Level.WARNING)


def _rules(compare: Map) -> tuple[list[Rule], list[Fault]]:
    """Returns the rules, each once however often it is written, and faults for what is no rule."""
    listed = compare.get("never")
    rules: dict[tuple[str, str], Rule] = {}
    faults = [] if isinstance(listed, Items) else [_no_rules(compare)]
    for item in listed.items if isinstance(listed, Items) else ():
        for field, node in item.entries.items() if isinstance(item, Map) else ():
            change = node.text if isinstance(node, Scalar) else ""
            if field in FIELDS and (change in _CHANGES or FROM_TO.match(change)):
                rules.setdefault((field, change), (field, change, node))
            else:
                sentence = (
                    f"`{field}: {change[:40]}` is no rule; write one of {', '.join(FIELDS)} "
                    f"with one of {', '.join(_CHANGES)} or `from A to B`."
                )
                faults.append(Fault(code="wrong_shape", source=node.source, sentence=sentence))
    if len(rules) > MOST_RULES:
        said = f"`compare` guards by {len(rules)} rules; at most {MOST_RULES} are looked at."
        faults.append(Fault(code="too_large", source=compare.key_source("never"), sentence=said))
    return list(rules.values()), faults


def _no_rules(compare: Map) -> Fault:
    said = "`compare` guards nothing without a list of rules, as in `never: [{fee: higher}]`."
    return Fault(code="wrong_shape", source=compare.key_source("never"), sentence=said)


def _breaks(field: str, change: str, decided: Broken) -> bool:
    before, after = decided.before, decided.after
    if field in GIVEN and (before.answer in UNSETTLED or after.answer in UNSETTLED):
        return False
    old, new = FIELDS[field](before), FIELDS[field](after)
    if match := FROM_TO.match(change):
        return (str(old), str(new)) == (match[1], match[2])
    if change == "changed":
        return old != new
    if old is None or new is None or type(old) is not type(new):
        return False
    return bool(new > old) if change in ("higher", "later") else bool(new < old)  # type: ignore[operator]


def _fault(rule: Rule, broken: Broken) -> Fault:
    field, change, node = rule
    facts = ", ".join(f"{name} {value_text(value)}" for name, value in broken.given.items())
    sentence = (
        f"`never {field}: {change}` is broken: {field} goes from {shown(field, broken.before)} to "
        f"{shown(field, broken.after)} for a return with {facts}."
    )
    return Fault(code="worse_than_base", source=node.source, sentence=sentence)
