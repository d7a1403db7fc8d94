"""Holds a policy against the one it builds on: what `compare.never` rules out must not happen.

Both decide the returns of the policy's tests. Of what these do not break it is then proven that
nothing does, or shown by a return what does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from engine.comparing.guards import FROM_TO, GIVEN, Guard
from engine.comparing.returns import value_text
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
"""Of one policy; each is looked at by itself."""

Given = dict[str, object]
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
"""What two decisions are compared by; amounts in minor units."""


def shown(field: str, decision: Decision) -> str:
    """A field of a decision in words; of a remedy that is to be chosen the choice."""
    found = FIELDS[field](decision)
    if field in ("fee", "net"):
        found = decision.fee_total if field == "fee" else decision.net
    if field == "remedy" and found is None and decision.choice:
        return f"a choice of {' or '.join(decision.choice)}"
    return "none" if found is None else str(found)


class Standing(StrEnum):
    """Whether a rule of `compare.never` holds."""

    HOLDS = "holds"
    """It is proven of returns of one line that send their facts."""
    BROKEN = "broken"
    """A return breaks it."""
    UNPROVEN = "unproven"
    """No return was found that breaks it, and not every case was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A rule as it is written, `fee: higher`, and how it stands; `sentence` says why not."""

    rule: str
    standing: Standing
    sentence: str


def guards_of(file: PolicyFile) -> tuple[Guarded, ...]:
    """How each rule of `compare.never` stands, in the order in which they are written."""
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
    comparable = file.compared_with.currency == file.policy.currency
    return tuple(_guarded(rule, faults.get(rule[2].source), comparable) for rule in rules)


def _guarded(rule: Rule, fault: Fault | None, comparable: bool) -> Guarded:
    standing = Standing.HOLDS if comparable else Standing.UNPROVEN
    if fault:
        broken = fault.code == "worse_than_base"
        standing = Standing.BROKEN if broken else Standing.UNPROVEN
    sentence = fault.sentence if fault else ""
    return Guarded(rule=f"{rule[0]}: {rule[1]}", standing=standing, sentence=sentence)


def comparison_faults(file: PolicyFile) -> list[Fault]:
    """A fault for each rule of `compare.never` that a return breaks, with that return."""
    compare = file.policy.tree.get("compare")
    if not isinstance(compare, Map):
        return []
    rules, found = _rules(compare)
    if found or file.compared_with is None:
        return found
    before, after = Decider(file.compared_with, native=False), Decider(file.policy, native=False)
    rules = _tried(file, rules, (before, after), found)
    return found + _proven(file, rules, (before, after))


Pair = tuple[Decider, Decider]


def _tried(file: PolicyFile, rules: list[Rule], deciders: Pair, found: list[Fault]) -> list[Rule]:
    """The rules that none of the returns of the policy's tests breaks."""
    for given in _returns(file.policy):
        go_on()
        try:
            pair = deciders[0].decide(given), deciders[1].decide(given)
        except RequestFault:
            continue  # a return that one of them cannot be asked about
        broken = [rule for rule in rules if _breaks(rule, *pair)]
        found += [_fault(rule, given, *pair) for rule in broken]
        rules = [rule for rule in rules if rule not in broken]
    return rules


def _proven(file: PolicyFile, rules: list[Rule], deciders: Pair) -> list[Fault]:
    """A fault for each rule that some return breaks; a warning where it is not known."""
    base = file.compared_with
    if base is None or not rules or base.currency != file.policy.currency:
        return []
    guard, found = Guard(base, file.policy), []
    for rule in rules:
        given, proven = guard.broken(rule[0], rule[1], _bearing(rule, deciders))
        if given is not None:
            pair = [decider.decide(_known(given, decider.policy)) for decider in deciders]
            found.append(_fault(rule, given, pair[0], pair[1]))
        elif not proven:
            found.append(_unproven(rule))
    return found


def _bearing(rule: Rule, deciders: Pair) -> Callable[[Given, Given], bool]:
    def bears(one: Given, other: Given) -> bool:
        try:
            return _breaks(rule, deciders[0].decide(one), deciders[1].decide(other))
        except RequestFault:
            return False

    return bears


def _known(given: Given, policy: Policy) -> Given:
    return {name: value for name, value in given.items() if name in policy.facts}


def _unproven(rule: Rule) -> Fault:
    field, change, node = rule
    sentence = (
        f"Whether `never {field}: {change}` holds is not proven: no return was found that breaks "
        "it, and not every case could be looked at."
    )
    return Fault(code="not_proved", source=node.source, sentence=sentence, level=Level.WARNING)


def _rules(compare: Map) -> tuple[list[Rule], list[Fault]]:
    """The rules, each once however often it is written, and what is none."""
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


def _breaks(rule: Rule, before: Decision, after: Decision) -> bool:
    field, change, _ = rule
    if field in GIVEN and (before.answer in UNSETTLED or after.answer in UNSETTLED):
        return False
    old, new = FIELDS[field](before), FIELDS[field](after)
    if match := FROM_TO.match(change):
        return (str(old), str(new)) == (match[1], match[2])
    if change == "changed":
        return old != new
    if old is None or new is None or type(old) is not type(new):
        return False
    up = change in ("higher", "later")
    return bool(new > old) if up else bool(new < old)  # type: ignore[operator]


def _fault(rule: Rule, given: Given, before: Decision, after: Decision) -> Fault:
    field, change, node = rule
    facts = ", ".join(f"{name} {value_text(value)}" for name, value in given.items())
    sentence = (
        f"`never {field}: {change}` is broken: {field} goes from {shown(field, before)} to "
        f"{shown(field, after)} for a return with {facts}."
    )
    return Fault(code="worse_than_base", source=node.source, sentence=sentence)


def _returns(policy: Policy) -> list[Given]:
    """The returns of the tests that are of the policy as it is written."""
    return [
        {key: to_data(node) for key, node in case.given.entries.items()}
        for case in policy.cases
        if not (case.edits or case.lines or case.agreed)
    ]
