"""Reads `must` (promises about every outcome) and the sets of `whole_return`."""

from __future__ import annotations

from typing import Final

from engine.policy import values as v
from engine.policy.bodies import _quantity, read_keys
from engine.policy.conditions import read_when
from engine.policy.context import Context
from engine.policy.faults import listed, nearest
from engine.policy.model import ALWAYS, Op, OutcomeTest, Promise, WholeSets
from engine.policy.text import Map, Node, Scalar

_BOUNDS = {"at_least": Op.AT_LEAST, "at_most": Op.AT_MOST, "under": Op.UNDER, "over": Op.OVER}
_KEYS = ("id", "when", "outcome", "never_both", "code", "clause", "because", "locked")
OUTCOME_FIELDS: Final = (
    "answer",
    "code",
    "remedy",
    "timing",
    "choice",
    "goods",
    "goods_to",
    "return_paid_by",
    "label_by",
    "reshipment_paid_by",
    "base",
    "net",
    "fee_total",
    "percent",
    "outbound_refunded",
)
"""Fields of the finished outcome that a promise may test, beside deadlines and fees."""


def read_promises(node: Node | None, ctx: Context) -> tuple[Promise, ...]:
    """Every promise of the policy."""
    found: list[Promise] = []
    for item in ctx.items_of(node, "`must`") if node else ():
        entry = ctx.map_of(item, "A promise")
        if entry is None:
            continue
        ctx.only_keys(entry, _KEYS, "a promise")
        promise = _promise(entry, ctx)
        found += [promise] if promise else []
    return tuple(found)


def read_sets(node: Node | None, ctx: Context) -> tuple[WholeSets, ...]:
    """`sets`: groups of lines that come back together or not at all."""
    sets = node.get("sets") if isinstance(node, Map) else None
    found: list[WholeSets] = []
    for item in (
        ctx.items_of(sets, "`sets`")
        if sets and not isinstance(sets, Map)
        else ((sets,) if sets else ())
    ):
        entry = ctx.map_of(item, "A set")
        if entry is None:
            continue
        ctx.only_keys(entry, ("all_of", "else", "code"), "`sets`")
        group = (
            v.one_of(ctx.groups, "a group")(entry.entries["all_of"], ctx)
            if "all_of" in entry.entries
            else None
        )
        fields = read_keys(
            entry, {"else": v.one_of(("refuse", "review", "ask"), "an answer"), "code": v.code}, ctx
        )
        if group is None:
            ctx.fault(
                "missing_key",
                entry.source,
                "A set needs `all_of`: the group whose lines belong together.",
            )
            continue
        found.append(
            WholeSets(
                all_of=str(group),
                condition=ctx.groups[str(group)],
                else_=str(fields.get("else", "refuse")),
                code=str(fields.get("code", "quantity_rule")),
                source=entry.source,
            )
        )
    return tuple(found)


def _promise(entry: Map, ctx: Context) -> Promise | None:
    name = v.identifier(entry.entries["id"], ctx) if "id" in entry.entries else None
    if name is None:
        ctx.fault("missing_key", entry.source, "A promise needs an `id`.")
        return None
    both = _never_both(entry.get("never_both"), ctx)
    outcome = _outcome(entry.get("outcome"), ctx)
    if not both and not outcome:
        ctx.fault("missing_key", entry.source, "A promise needs `outcome` or `never_both`.")
    said = read_keys(
        entry, {"code": v.code, "clause": v.text, "because": v.text, "locked": v.yes_no}, ctx
    )
    when = read_when(entry.entries["when"], ctx) if "when" in entry.entries else ALWAYS
    return Promise(
        id=name, when=when, outcome=outcome, never_both=both, source=entry.source, **said
    )  # type: ignore[arg-type]


def _never_both(node: Node | None, ctx: Context) -> tuple[str, str] | None:
    if node is None:
        return None
    found = v.many_of(ctx.groups, "a group")(node, ctx)
    if isinstance(found, tuple) and len(found) == 2:
        return (str(found[0]), str(found[1]))
    ctx.fault("wrong_shape", node.source, "`never_both` names two groups.")
    return None


def _outcome(node: Node | None, ctx: Context) -> tuple[OutcomeTest, ...]:
    entries = ctx.map_of(node, "`outcome`") if node else None
    found: list[OutcomeTest] = []
    for key, child in (entries.entries if entries else {}).items():
        known = [*OUTCOME_FIELDS, *ctx.derived]
        if key not in known:
            hint = nearest(key, known) or f" Known: {listed(OUTCOME_FIELDS, 20)}."
            ctx.fault(
                "unknown_field", child.source, f"The outcome has no field `{key[:60]}`.{hint}"
            )
            continue
        found += _tests(key, child, ctx)
    return tuple(found)


def _tests(path: str, node: Node, ctx: Context) -> list[OutcomeTest]:
    if isinstance(node, Map):
        tests: list[OutcomeTest] = []
        for key, child in node.entries.items():
            said = child.text if isinstance(child, Scalar) else ""
            if key == "not":
                tests.append(
                    OutcomeTest(
                        path=path, op=Op.NOT_IN, words=v.words(child, ctx), written=f"not {said}"
                    )
                )
            elif key in _BOUNDS:
                bound = v.percent(child, ctx) if path == "percent" else _quantity(child, ctx)
                tests.append(
                    OutcomeTest(
                        path=path,
                        op=_BOUNDS[key],
                        bound=bound,  # type: ignore[arg-type]
                        written=f"{key.replace('_', ' ')} {said}",
                    )
                )
            else:
                ctx.fault(
                    "wrong_operator",
                    node.key_source(key),
                    f"`{key[:40]}` is not a test of an outcome; "
                    "write a word, `not`, `at_least`, `at_most`, `under` or `over`.",
                )
        return tests
    if isinstance(node, Scalar) and node.text == "none":
        return [OutcomeTest(path=path, op=Op.ABSENT, written="none")]
    words = v.words(node, ctx)
    return [OutcomeTest(path=path, op=Op.IN, words=words, written=" or ".join(words))]
