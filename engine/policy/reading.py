"""Reads a whole policy from its tree of nodes; the way in is `read`.

The order is: header, own words, groups, then the topics in the order of evaluation, so that a row
may name only what is known when it is asked. Every fault is reported, not only the first.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Final

from engine.errors import PolicyFaults
from engine.policy import headers as h
from engine.policy import values as v
from engine.policy.bodies import TOPICS
from engine.policy.context import Context
from engine.policy.faults import Source
from engine.policy.model import Policy, Table
from engine.policy.promises import read_promises, read_sets
from engine.policy.tables import MOST_ROWS, default_table, read_topic, with_built_in_eligibility
from engine.policy.text import Map, Node, to_data
from engine.policy.trials import read_cases
from engine.policy.vocabulary import DEADLINE_FACTS, DERIVED, Fact, FactType
from engine.policy.words import LIMIT_STATES

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
    "for",
    "values",
    "groups",
    "facts",
    "agreed",
    "codes",
)
AFTER: Final = ("must", "partners_may", "tests", "compare", "extends", "changes")
SHORT: Final = ("window", "remedy", "shipping", "packaging", "disposition")
KEYS: Final = (*HEADER, *TOPICS, *SHORT, *AFTER)
"""Every key that may stand at the top of a policy."""

STEPS: Final = {
    "deadlines": 1_000,
    "eligibility": 2_000,
    "limits": 3_000,
    "demands": 4_000,
    "after_refusal": 4_500,
    "remedies": 5_000,
    "goods": 6_000,
    "return_shipping": 7_000,
    "value": 8_000,
    "fees": 9_000,
    "outbound_shipping": 10_000,
    "whole_return": 11_000,
    "must": 20_000,
}
"""When each topic is asked; a fact derived at a step may be tested at later ones."""

_DERIVED_AT = {
    "deadlines": 1_999,
    "answer": 2_000,
    "code": 2_000,
    "missing": 4_000,
    "failed": 4_000,
    "remedy": 5_999,
    "timing": 5_999,
    "goods": 6_000,
    "goods_to": 6_000,
    "return_paid_by": 7_000,
    "label_by": 7_000,
    "base": 8_000,
    "fee_total": 9_999,
}
_POLICY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*\Z")


def read(tree: Map, file: str, extends: tuple[str, ...] = ()) -> Policy:
    """The policy that a full, merged tree says; raises `PolicyFaults` with every fault."""
    ctx = Context(file)
    policy = _read(tree, ctx, extends)
    if ctx.faults or policy is None:
        raise PolicyFaults(tuple(sorted(ctx.faults, key=lambda fault: fault.source)))
    return policy


def digest_of(tree: Map, extends: Iterable[str]) -> str:
    """SHA-256 of what a policy says: its tree without tests, in canonical JSON, and its bases."""
    said = {
        key: to_data(node) for key, node in tree.entries.items() if key not in ("tests", "compare")
    }
    text = json.dumps(
        {"policy": said, "extends": list(extends)}, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _read(tree: Map, ctx: Context, extends: tuple[str, ...]) -> Policy | None:
    ctx.only_keys(tree, KEYS, "a policy")
    at = tree.source
    ctx.parties = h.read_parties(tree.get("parties"), ctx)
    ctx.currency = h.read_currency(tree.get("currency"), ctx, at)
    ctx.applies_by = _applies_by(tree.get("applies_by"), ctx)
    ctx.calendar = h.read_calendar(tree.get("business_days"), ctx)
    header = _header(tree, ctx)
    h.read_codes(tree.get("codes"), ctx)
    h.read_facts(tree.get("facts"), ctx)
    h.read_values(tree.get("values"), ctx)
    _derive(tree, ctx)
    h.read_groups(tree.get("groups"), ctx)
    tables = {name: read_topic(name, tree.get(name), ctx, STEPS[name]) for name in TOPICS}
    if len(ctx.row_ids) > MOST_ROWS:
        ctx.fault(
            "too_large",
            at,
            f"The policy has {len(ctx.row_ids):,} rows; at most {MOST_ROWS:,} are read.",
        )
    eligibility = with_built_in_eligibility(_single(tables["eligibility"]), at, ctx)
    remedies = tables["remedies"] or (_default_remedy(ctx, at),)
    with ctx.at_step(STEPS["must"]):
        must = read_promises(tree.get("must"), ctx)
        sets = read_sets(tree.get("whole_return"), ctx)
    cases = read_cases(tree.get("tests"), ctx)
    if header is None:
        return None

    def one(topic: str) -> Table:
        return _single(tables[topic]) or default_table(topic, None, at)

    return Policy(
        **header,
        applies_by=ctx.applies_by,
        time_zone=h.read_zone(tree.get("time_zone"), ctx),  # type: ignore[arg-type]
        currency=ctx.currency,
        calendar=ctx.calendar,
        rounding=h.read_rounding(tree.get("rounding"), ctx),
        parties=tuple(ctx.parties.items()),
        scope=h.read_scope(tree.get("for"), ctx),
        facts=ctx.facts,
        groups=ctx.groups,
        codes=ctx.codes,
        deadlines=tables["deadlines"],
        eligibility=eligibility,
        limits=tables["limits"],
        demands=one("demands"),
        remedies=tuple(_for_party(t, ctx) for t in remedies),
        goods=one("goods"),
        return_shipping=_shipping(_single(tables["return_shipping"]), ctx, at),
        value=one("value"),
        fees=tables["fees"],
        outbound_shipping=one("outbound_shipping"),
        after_refusal=one("after_refusal"),
        whole_return=one("whole_return"),
        sets=sets,
        must=must,
        agreed=h.read_agreed(tree.get("agreed"), ctx),
        cases=cases,
        extends=extends,
        file=ctx.file,
        tree=tree,
        digest=digest_of(tree, extends),
    )


def _header(tree: Map, ctx: Context) -> dict[str, object] | None:
    found: dict[str, object] = {}
    for key, reader in (("policy", v.identifier), ("version", v.count), ("title", v.text)):
        node = tree.get(key)
        value = reader(node, ctx) if node else None  # type: ignore[operator]
        if node is None and key == "title":
            value = str(found.get("policy", ""))
        elif node is None:
            ctx.fault("missing_key", tree.source, f"`{key}` is missing.")
        found[key] = value
    name = found.pop("policy")
    if isinstance(name, str) and not _POLICY_ID.match(name):
        ctx.fault(
            "wrong_type",
            tree.entries["policy"].source,
            "A policy id is words joined by `/`, as in `acme/standard`.",
        )
    node = tree.get("effective")
    effective = h.read_effective(node, ctx) if node else None
    if node is None:
        ctx.fault(
            "missing_key",
            tree.source,
            "`effective` is missing: from which day does this edition hold?",
        )
    if name is None or effective is None or not isinstance(found["version"], int):
        return None
    return {**found, "id": name, "effective": effective}


def _applies_by(node: Node | None, ctx: Context) -> str:
    found = (
        v.one_of(("ordered", "delivered", "requested"), "a date that picks the edition")(node, ctx)
        if node
        else None
    )
    return str(found or "ordered")


def _derive(tree: Map, ctx: Context) -> None:
    names = {topic: _parts(tree.get(topic)) for topic in ("deadlines", "limits", "fees")}
    for topic, parts in names.items():
        for part, node in parts.items():
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", part):
                ctx.fault(
                    "wrong_type",
                    node.source,
                    f"`{part[:40]}` is not a name for a part: small letters, digits, `_`.",
                )
            if part in ctx.facts and topic != "fees":
                ctx.fault(
                    "name_taken",
                    node.source,
                    f"`{part}` is the name of a fact; name this part otherwise.",
                )
    for index, part in enumerate(names["deadlines"]):
        for name, fact in DEADLINE_FACTS.items():
            full = f"{part}.{name}"
            ctx.derive(
                full, Fact(name=full, type=fact.type, words=fact.words), STEPS["deadlines"] + index
            )
    for index, (part, node) in enumerate(names["limits"].items()):
        counts = any(
            key in _bounds(node) and isinstance(_bounds(node)[key], int)
            for key in ("at_most", "under", "at_least")
        )
        step = STEPS["limits"] + index
        ctx.derive(
            f"{part}.state",
            Fact(name=f"{part}.state", type=FactType.WORD, words=LIMIT_STATES),
            step,
        )
        ctx.derive(
            f"{part}.left",
            Fact(name=f"{part}.left", type=FactType.COUNT if counts else FactType.MONEY),
            step,
        )
    for index, part in enumerate(names["fees"]):
        ctx.derive(
            f"fees.{part}", Fact(name=f"fees.{part}", type=FactType.MONEY), STEPS["fees"] + index
        )
    for name, fact in DERIVED.items():
        ctx.derive(name, fact, _DERIVED_AT[name])
    ctx.main_deadline = main_deadline(list(names["deadlines"]))


def main_deadline(parts: list[str]) -> str | None:
    """The deadline that names without a prefix mean: `request`, else the first."""
    return "request" if "request" in parts else (parts[0] if parts else None)


def _bounds(node: Node) -> dict[str, object]:
    data = to_data(node)
    return data if isinstance(data, dict) else {}


def _parts(node: Node | None) -> dict[str, Node]:
    return dict(node.entries) if isinstance(node, Map) else {}


def _single(tables: tuple[Table, ...]) -> Table | None:
    return tables[0] if tables else None


def _default_remedy(ctx: Context, source: Source) -> Table:
    from engine.policy.model import ALWAYS, Remedy, Row

    party = ctx.parties["claimant"]
    row = Row(
        id=party.upper().replace("_", "-"),
        when=ALWAYS,
        otherwise=True,
        built_in=True,
        body=Remedy(give="refund"),
        source=source,
    )
    return Table(
        topic="remedies", part=party, decide="first", rows=(row,), optional=False, source=source
    )


def _for_party(table: Table, ctx: Context) -> Table:
    from dataclasses import replace

    from engine.policy.words import PARTIES

    party = ctx.parties.get(table.part or "", table.part)
    if party not in PARTIES:
        ctx.fault("unknown_word", table.source, f"`remedies.{table.part}` names no party.")
    return replace(table, part=party)


def _shipping(table: Table | None, ctx: Context, source: Source) -> Table:
    from engine.policy.model import ALWAYS, Row, Shipping

    if table is not None:
        return table
    row = Row(
        id="RETURN-SHIPPING",
        when=ALWAYS,
        otherwise=True,
        built_in=True,
        body=Shipping(paid_by=ctx.parties["claimant"]),
        source=source,
    )
    return Table(
        topic="return_shipping",
        part=None,
        decide="first",
        rows=(row,),
        optional=False,
        source=source,
    )
