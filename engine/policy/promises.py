"""Reads `must` (promises about every outcome) and the sets of `whole_return`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import Final

from engine.policy.context import Context, Unreadable
from engine.policy.faults import listed
from engine.policy.model import ALWAYS, Op, OutcomeTest, Promise, WholeSets
from engine.policy.readers import choices as c
from engine.policy.readers import scalars as s
from engine.policy.readers.amounts import quantity
from engine.policy.readers.keys import Fields, MapOf, Need, Reader
from engine.policy.readers.whens import read_when
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.topics.rows import taken

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
    "fees",
    "fee_total",
    "percent",
    "outbound_refunded",
)
"""Fields of the finished outcome that a promise may test, beside deadlines and fees."""

BOUNDS: Final = {
    "at_least": Op.AT_LEAST,
    "at_most": Op.AT_MOST,
    "under": Op.UNDER,
    "over": Op.OVER,
}
SAID: Final[dict[str, Reader]] = {
    "code": c.code,
    "clause": s.text,
    "because": s.sentence,
    "locked": s.yes_no,
}


def read_promises(node: Node | None, ctx: Context) -> tuple[Promise, ...]:
    """Reads every promise of the policy."""
    items = ctx.items_of(node, "`must`") if node else ()
    return ctx.each(PROMISE, items)


def read_sets(node: Node | None, ctx: Context) -> tuple[WholeSets, ...]:
    """Reads `sets`: groups of lines that come back together or not at all."""
    sets = node.get("sets") if isinstance(node, Map) else None
    items = sets.items if isinstance(sets, Items) else ((sets,) if sets else ())
    return ctx.each(SET, items)


def _set(read: Fields, node: Map, ctx: Context) -> WholeSets:
    return WholeSets(
        all_of=read["all_of"],
        condition=ctx.groups[read["all_of"]],
        else_=read.get("else", "refuse"),
        code=read.get("code", "quantity_rule"),
        source=node.source,
    )


def group(node: Node, ctx: Context) -> str:
    return c.chosen(node, ctx.groups, "a group", ctx)


SET: Final = MapOf(
    what="`sets`",
    keys={
        "all_of": group,
        "else": c.one_of(("refuse", "review", "ask"), "an answer"),
        "code": c.code,
    },
    build=_set,
    rules=(
        Need(
            keys=("all_of",),
            sentence="A set needs `all_of`: the group whose lines belong together.",
        ),
    ),
)
"""One group of lines in `whole_return.sets`."""


def _promise(read: Fields, entry: Map, _ctx: Context) -> Promise:
    return Promise(when=read.pop("when", ALWAYS), source=entry.source, **read)


def promise_id(node: Node, ctx: Context) -> str:
    return taken(s.identifier(node, ctx), node.source, ctx)


def never_both(node: Node, ctx: Context) -> tuple[str, str] | None:
    items = ctx.items_of(node, "`never_both`")
    said = {item.text if isinstance(item, Scalar) else "" for item in items}
    if len(items) != 2 or len(said) != 2:
        raise Unreadable("wrong_shape", node.source, "`never_both` names two groups.")
    found = ctx.each(group, items)
    return (found[0], found[1]) if len(found) == 2 else None


def outcome(node: Node, ctx: Context) -> tuple[OutcomeTest, ...]:
    entries = ctx.map_of(node, "`outcome`").entries
    if not entries:
        ctx.fault("empty", node.source, "`outcome` promises nothing.")
    return tuple(chain.from_iterable(ctx.entries(_tests, entries).values()))


def _tests(path: str, node: Node, ctx: Context) -> Iterable[OutcomeTest]:
    if path not in OUTCOME_FIELDS and path not in ctx.derived:
        hint = ctx.nearest(path, [*OUTCOME_FIELDS, *ctx.derived])
        known = hint or f" Known: {listed(OUTCOME_FIELDS, 20)}."
        said = f"The outcome has no field `{path[:60]}`.{known}"
        raise Unreadable("unknown_field", node.source, said)
    if isinstance(node, Map):
        if not node.entries:
            ctx.fault("empty", node.source, f"The test of `{path[:60]}` is empty.")
        return ctx.entries(partial(_test, path, node), node.entries).values()
    if isinstance(node, Scalar) and node.text == "none":
        return [OutcomeTest(path=path, op=Op.ABSENT, written="none")]
    words = s.words(node, ctx)
    return [OutcomeTest(path=path, op=Op.IN, words=words, written=" or ".join(words))]


def _test(path: str, node: Map, key: str, child: Node, ctx: Context) -> OutcomeTest:
    said = child.text if isinstance(child, Scalar) else ""
    if key == "not":
        words = s.words(child, ctx)
        return OutcomeTest(path=path, op=Op.NOT_IN, words=words, written=f"not {said}")
    if key in BOUNDS:
        read = s.percent if path == "percent" else quantity
        bound = read(child, ctx)
        if isinstance(bound, str):
            raise Unreadable("wrong_type", child.source, f"`{said}` is a fact, not a bound.")
        written = f"{key.replace('_', ' ')} {said or _in_words(child)}"
        return OutcomeTest(path=path, op=BOUNDS[key], bound=bound, written=written)
    sentence = (
        f"`{key[:40]}` is not a test of an outcome; "
        "write a word, `not`, `at_least`, `at_most`, `under` or `over`."
    )
    raise Unreadable("wrong_operator", node.key_source(key), sentence)


PROMISE: Final = MapOf(
    what="a promise",
    keys={
        "id": promise_id,
        "when": read_when,
        "outcome": outcome,
        "never_both": never_both,
        **SAID,
    },
    build=_promise,
    rules=(
        Need(keys=("id",), sentence="A promise needs an `id`."),
        Need(
            keys=("outcome", "never_both"),
            sentence="A promise needs `outcome` or `never_both`.",
        ),
    ),
)
"""One entry of `must`."""


def _in_words(node: Node) -> str:
    """Writes an amount of several parts, as in `lesser_of [outbound_paid, outbound_standard]`."""
    if isinstance(node, Map):
        return " and ".join(f"{key} {_in_words(each)}" for key, each in node.entries.items())
    if isinstance(node, Items):
        return f"[{', '.join(map(_in_words, node.items))}]"
    return node.text if isinstance(node, Scalar) else ""
