"""Reads a whole policy from its tree of nodes; the entry point is `read`.

The order is: header, own words, groups, then the topics in the order of evaluation, so that a row
may name only what is known when it is evaluated. Every fault is reported, not only the first.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from engine.dates import day_text, surely_longer
from engine.money import Rounding
from engine.policy.context import Context
from engine.policy.embedded_tests import read_cases
from engine.policy.header import own_words, who
from engine.policy.header.agreed import read_agreed
from engine.policy.model import All, Clock, Condition, Leaf, Op, Overpaid, Policy, Row, Table
from engine.policy.promises import read_promises, read_sets
from engine.policy.readers import choices as c
from engine.policy.readers import scalars as s
from engine.policy.readers.keys import Need, Reader, read_keys
from engine.policy.readers.spans import read_effective
from engine.policy.text import Map, Node, to_data
from engine.policy.topics.catalogue import STEPS, TOPICS, derive
from engine.policy.topics.rows import written_ids
from engine.policy.topics.tables import MOST_ROWS, complete_eligibility, default_table, read_topic
from engine.policy.words import PARTIES

_LIFE: Final = (
    "ordered",
    "invoiced",
    "shipped",
    "fulfilled",
    "delivered",
    "requested",
    "rma_issued",
    "label_received",
    "shipped_back",
    "received_back",
)
"""Dates that come in this order in the life of every return."""


def check_across(policy: Policy, ctx: Context) -> None:
    """Checks rows and deadlines against each other."""
    for table in policy.deadlines:
        for row in table.rows:
            _check_season(row, ctx)
    for index, later in enumerate(policy.deadlines):
        for earlier in policy.deadlines[:index]:
            _check_chain(earlier, later, ctx)
    _check_legs(policy, ctx)


def _check_season(row: Row, ctx: Context) -> None:
    """Adds a fault if a fixed last day lies before the first day on which the row can apply."""
    clock = row.body
    if not isinstance(clock, Clock) or clock.until is None or clock.event not in _LIFE:
        return
    first = max((_first_day(leaf, clock.event) for leaf in _always(row.when)), default=0)
    if first > clock.until:
        last, start = day_text(clock.until), day_text(first)
        said = f"`{row.id}` ends on {last}, before it can begin on {start}."
        ctx.fault("reversed", row.source, said)


def _first_day(leaf: Leaf, event: str) -> int:
    """Returns the first day on which a test lets an event happen; 0 if it sets none."""
    if leaf.fact not in _LIFE or _LIFE.index(leaf.fact) > _LIFE.index(event):
        return 0
    return {Op.AT_LEAST: leaf.number, Op.OVER: leaf.number + 1}.get(leaf.op, 0)


def _check_chain(earlier: Table, later: Table, ctx: Context) -> None:
    """Adds a fault if the second of two deadlines is over before the first one opens."""
    one, other = _only_clock(earlier), _only_clock(later)
    if one is None or other is None or one.opens is None or other.within is None:
        return
    if one.event not in _LIFE or other.event not in _LIFE or one.opens.ahead:
        return
    in_order = _LIFE.index(one.event) < _LIFE.index(other.event)
    same_start = one.opens.start == other.start
    if in_order and same_start and surely_longer(one.opens.length, other.within):
        said = (
            f"`{later.name}` is over after {other.within}, before `{earlier.name}` "
            f"opens after {one.opens.length}."
        )
        ctx.fault("reversed", later.source, said)


def _check_legs(policy: Policy, ctx: Context) -> None:
    seen: set[str | None] = set()
    for table in policy.remedies:
        if table.part in seen:
            said = f"`remedies` names the party `{table.part}` twice, by its name and by its role."
            ctx.fault("written_twice", table.source, said)
        seen.add(table.part)


def _only_clock(table: Table) -> Clock | None:
    """Returns the clock of a table that has only one, if nothing in it could make it longer."""
    body = table.rows[0].body if len(table.rows) == 1 else None
    if not isinstance(body, Clock) or body.readings:
        return None
    return None if body.extended_by or body.pauses or body.roll else body


def _always(condition: Condition) -> list[Leaf]:
    """Returns the tests that hold whenever a condition holds."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return [part for part in parts if isinstance(part, Leaf)]


HEADER: Final = (
    "policy",
    "version",
    "title",
    "parties",
    "effective",
    "applies_by",
    "time_zone",
    "currency",
    "business_days",
    "rounding",
    "overpaid",
    "for",
    "values",
    "groups",
    "facts",
    "agreed",
    "codes",
)
SHORT: Final = ("window", "remedy", "shipping", "packaging", "disposition")
AFTER: Final = ("must", "partners_may", "tests", "compare", "extends", "changes")
KEYS: Final = (*HEADER, *TOPICS, *SHORT, *AFTER)
"""Every key that may stand at the top of a policy file."""

LONGEST_ID: Final = 100
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9_./-]")
POLICY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*\Z")


def read(tree: Map, file: str, extends: tuple[str, ...] = ()) -> Policy:
    """Reads the policy in a full, merged tree; raises `PolicyFaults` with every fault."""
    ctx = Context(file)
    ctx.only_keys(tree, KEYS, "a policy")
    header = _header(tree, ctx) | _own_words(tree, ctx)
    topics = _topics(tree, ctx)
    cases = read_cases(tree.get("tests"), ctx)
    ctx.refuse_faults()
    policy = Policy(
        **header,
        **topics,
        cases=cases,
        extends=extends,
        file=file,
        tree=tree,
        digest=digest_of(tree, extends),
    )
    check_across(policy, ctx)
    ctx.refuse_faults()
    return policy


def digest_of(tree: Map, extends: Iterable[str]) -> str:
    """Returns the SHA-256 of a policy's bases and its tree without tests, as canonical JSON."""
    whole = {"policy": to_data(tree.without("tests", "compare")), "extends": list(extends)}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def wrong_policy_id(name: str) -> str:
    """Why a text is no id of a policy, as a sentence; empty for one."""
    if POLICY_ID.match(name) and len(name) <= LONGEST_ID:
        return ""
    if len(name) > LONGEST_ID:
        return f"A policy id has at most {LONGEST_ID} characters."
    odd = _NOT_IN_ID.search(name)
    said = {" ": "a blank"}.get(odd[0], f"`{odd[0]}`") if odd else ""
    holds = f"; `{name[:60]}` holds {said}" if odd else ""
    return (
        "A policy id is words of letters from a to z, digits, `-`, `_` and `.`, joined by `/`, as "
        f"in `acme/standard`{holds}."
    )


def _policy_id(node: Node, ctx: Context) -> str:
    name = s.identifier(node, ctx)
    if said := wrong_policy_id(name):
        ctx.fault("wrong_type", node.source, said)
    return name


_HEADER: Final[dict[str, Reader]] = {
    "policy": _policy_id,
    "version": s.count,
    "title": s.text,
    "effective": read_effective,
    "applies_by": c.one_of(who.APPLIES_BY, "a date that picks the edition"),
    "business_days": who.CALENDAR,
    "time_zone": who.zone,
    "rounding": c.one_of(Rounding, "a way of rounding"),
    "overpaid": who.OVERPAID,
}
_NEEDED: Final = (
    Need(keys=("policy",), sentence="`policy` is missing: what is it called?"),
    Need(keys=("version",), sentence="`version` is missing; the first is 1."),
    Need(keys=("effective",), sentence="`effective` is missing: from which day does it hold?"),
)


def _header(tree: Map, ctx: Context) -> dict[str, Any]:
    ctx.parties = who.read_parties(tree.get("parties"), ctx)
    ctx.currency = who.read_currency(tree.get("currency"), ctx, tree.source)
    for rule in _NEEDED:
        rule.check(tree, ctx)
    read = read_keys(tree, _HEADER, ctx)
    ctx.applies_by = read.get("applies_by", ctx.applies_by)
    ctx.calendar = read.pop("business_days", ctx.calendar)
    name = read.pop("policy", "")
    return {"id": name, "title": name, "time_zone": "UTC", "overpaid": Overpaid(), **read} | {
        "rounding": Rounding(read.get("rounding", Rounding.HALF_UP)),
        "applies_by": ctx.applies_by,
        "currency": ctx.currency,
        "calendar": ctx.calendar,
        "parties": tuple(ctx.parties.items()),
    }


def _own_words(tree: Map, ctx: Context) -> dict[str, Any]:
    own_words.read_codes(tree.get("codes"), ctx)
    own_words.read_facts(tree.get("facts"), ctx)
    own_words.read_values(tree.get("values"), ctx)
    own_words.check_defaults(tree.get("facts"), ctx)
    derive(tree, ctx)
    own_words.read_groups(tree.get("groups"), ctx)
    return {
        "scope": read_keys(tree, {"for": who.FOR}, ctx).get("for", ()),
        "agreed": tuple(read_agreed(tree.get("agreed"), ctx).values()),
        "facts": ctx.facts,
        "groups": ctx.groups,
        "codes": ctx.codes,
    }


def _topics(tree: Map, ctx: Context) -> dict[str, Any]:
    ctx.written_ids = written_ids(tree)
    found: dict[str, Any] = {}
    for name, topic in TOPICS.items():
        tables = read_topic(name, tree.get(name), ctx)
        found[name] = tables if topic.plural else (tables[0] if tables else None)
    legs = found["remedies"] or (
        default_table("remedies", ctx.parties["claimant"], tree.source, ctx),
    )
    found["remedies"] = tuple(_for_party(table, ctx) for table in legs)
    with ctx.at_step(STEPS["must"]):
        found["must"] = read_promises(tree.get("must"), ctx)
        found["sets"] = read_sets(tree.get("whole_return"), ctx)
    found["eligibility"] = complete_eligibility(found["eligibility"], tree.source, ctx)
    for name in (name for name in TOPICS if found[name] is None):
        found[name] = default_table(name, None, tree.source, ctx)
    if len(ctx.row_ids) > MOST_ROWS:
        said = f"The policy has {len(ctx.row_ids):,} rows; at most {MOST_ROWS:,} are read."
        ctx.fault("too_large", tree.source, said)
    return found


def _for_party(table: Table, ctx: Context) -> Table:
    party = ctx.parties.get(table.part or "", table.part)
    if party not in PARTIES:
        hint = ctx.nearest(table.part or "", (*PARTIES, *ctx.parties))
        said = f"`remedies.{(table.part or '')[:60]}` names no party.{hint}"
        ctx.fault("unknown_word", table.source, said)
    return replace(table, part=party)
