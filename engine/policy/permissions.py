"""Holds edits of a partner's policy against what the base permits in `partners_may`."""

from __future__ import annotations

from engine.policy import values as v
from engine.policy.context import Context
from engine.policy.edits import Touched
from engine.policy.faults import listed
from engine.policy.headers import scalar_order
from engine.policy.model import Amount, Fixed, Percent
from engine.policy.shorthand import FIELDS, PATHS
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.vocabulary import FactType

_RULES = ("never", "anything", "loosen_only", "longer_only", "lower_only")


def check_edits(touched: list[Touched], partners_may: Node | None, ctx: Context) -> None:
    """A fault for each edit that the base does not permit; a base without `partners_may` permits all."""
    for edit in touched:
        _locked(edit, ctx)
    rules = ctx.map_of(partners_may, "`partners_may`") if partners_may else None
    if rules is None:
        return
    for edit in touched:
        rule = _rule(edit.path, rules)
        where = ".".join(edit.path)
        if rule is None:
            ctx.fault(
                "not_permitted",
                edit.edit.source,
                f"The base does not permit edits of `{where}`; it permits {listed(rules.entries)}.",
            )
        elif sentence := _breach(edit, rule, ctx):
            ctx.fault(
                "not_permitted",
                edit.edit.source,
                f"The base does not permit this edit of `{where}`: {sentence}",
            )


def check_rules(node: Node | None, ctx: Context) -> None:
    """The shape of `partners_may` itself."""
    rules = ctx.map_of(node, "`partners_may`") if node else None
    for child in rules.entries.values() if rules else ():
        if isinstance(child, Scalar):
            v.one_of(_RULES, "a permission")(child, ctx)
        elif isinstance(child, Map):
            ctx.only_keys(child, ("at_least", "at_most"), "bounds in `partners_may`")


def _locked(edit: Touched, ctx: Context) -> None:
    locked = edit.before.get("locked") if isinstance(edit.before, Map) else None
    if isinstance(locked, Scalar) and locked.value is True:
        ctx.fault(
            "locked",
            edit.edit.source,
            f"`{edit.row or '.'.join(edit.path)}` is locked in the base; no child may change it.",
        )
    if edit.path[0] == "must" and edit.kind != "add":
        ctx.fault(
            "locked",
            edit.edit.source,
            "Promises (`must`) of the base cannot be changed by a child.",
        )


def _rule(path: tuple[str, ...], rules: Map) -> Node | None:
    best: tuple[int, Node] | None = None
    for key, node in rules.entries.items():
        said = _in_full(tuple(key.split(".")))
        if _covers(said, path) and (best is None or len(said) > best[0]):
            best = (len(said), node)
    return best[1] if best else None


def _in_full(said: tuple[str, ...]) -> tuple[str, ...]:
    if said[0] == "remedy":
        said = ("remedies", *said[1:])
    if said[0] in PATHS:
        said = (*PATHS[said[0]], *said[1:])
    return (*said[:-1], FIELDS.get((said[0], said[-1]), said[-1]))


def _covers(rule: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Whether a rule's words stand in the path in their order (parts in between may be left out)."""
    rest = iter(path)
    return path[:1] == rule[:1] and all(word in rest for word in rule)


def _breach(edit: Touched, rule: Node, ctx: Context) -> str | None:
    field = edit.path[-1]
    value = edit.after.get(field) if isinstance(edit.after, Map) else edit.after
    if isinstance(rule, Map):
        return _bounds(rule, value, ctx)
    if isinstance(rule, Items):
        legal = [item.text for item in rule.items if isinstance(item, Scalar)]
        said = _said(edit, value)
        return None if said and set(said) <= set(legal) else f"it may only become {listed(legal)}."
    word = rule.text if isinstance(rule, Scalar) else "never"
    if word == "anything":
        return None
    if word == "lower_only":
        return _not_lower(edit, ctx)
    if word == "longer_only":
        return _not_longer(edit, ctx)
    return _not_looser(edit) if word == "loosen_only" else "it may never change."


def _said(edit: Touched, value: Node | None) -> list[str]:
    if isinstance(value, Scalar):
        return [value.text]
    if isinstance(edit.after, Map):
        common = ("id", "when", "otherwise", "because", "clause", "for_agent", "code")
        return [
            node.text
            for key, node in edit.after.entries.items()
            if key not in common and isinstance(node, Scalar)
        ]
    return []


def _bounds(rule: Map, value: Node | None, ctx: Context) -> str | None:
    for type_ in (FactType.LENGTH, FactType.PERCENT, FactType.MONEY, FactType.COUNT):
        quiet = Context(ctx.file, currency=ctx.currency)
        order = scalar_order(type_, value, quiet) if value else None
        if order is None:
            continue
        for key in ("at_least", "at_most"):
            node = rule.get(key)
            if type_ is FactType.LENGTH and isinstance(node, Scalar) and type(node.value) is int:
                node = Scalar(
                    source=node.source, text=f"{node.text} days", value=f"{node.text} days"
                )
            bound = scalar_order(type_, node, ctx) if node else None
            if bound is not None and (order < bound if key == "at_least" else order > bound):
                said = node.text if isinstance(node, Scalar) else ""
                return f"it must be {key.replace('_', ' ')} {said}."
        return None
    return "its new value cannot be held against the bounds."


def _not_lower(edit: Touched, ctx: Context) -> str | None:
    if edit.kind == "drop":
        return "dropping a row may raise a fee."
    after = _fee(edit.after, ctx)
    rows = [edit.before] if edit.kind == "set" else list(edit.siblings)
    if all(_at_most(after, _fee(row, ctx)) for row in rows):
        return None
    return "fees may only become lower, and this cannot be shown to be."


def _fee(node: Node | None, ctx: Context) -> Amount:
    inner = node.get("fee") if isinstance(node, Map) else node
    return v.amount(inner, Context(ctx.file, currency=ctx.currency)) if inner else None


def _at_most(new: Amount, old: Amount) -> bool:
    if new is None:
        return True
    if isinstance(new, Fixed) and isinstance(old, Fixed):
        return new.money.minor <= old.money.minor
    return (
        isinstance(new, Percent)
        and isinstance(old, Percent)
        and new.of == old.of
        and new.millionths <= old.millionths
    )


def _not_longer(edit: Touched, ctx: Context) -> str | None:
    if edit.kind == "add":
        return None
    field = edit.path[-1] if edit.kind == "set" else ""
    if isinstance(edit.after, Map) and isinstance(edit.before, Map):
        if "no_limit" in edit.after.entries:
            return None
        for key in ("within", "until"):
            type_ = FactType.LENGTH if key == "within" else FactType.DATE
            old, new = edit.before.get(key), edit.after.get(key)
            quiet = Context(ctx.file)
            if (
                old
                and new
                and (scalar_order(type_, new, quiet) or 0) >= (scalar_order(type_, old, quiet) or 0)
            ):
                return None
    if (
        field in ("within", "until")
        and isinstance(edit.after, Scalar)
        and isinstance(edit.before, Scalar)
    ):
        type_ = FactType.LENGTH if field == "within" else FactType.DATE
        if (scalar_order(type_, edit.after, ctx) or 0) >= (
            scalar_order(type_, edit.before, ctx) or 0
        ):
            return None
    return "deadlines may only become longer, and this cannot be shown to be."


def _not_looser(edit: Touched) -> str | None:
    answer_before = _answer(edit.before)
    answer_after = _answer(edit.after)
    loosened = (edit.kind == "drop" and answer_before == "refuse") or (
        edit.kind != "drop" and answer_after == "accept"
    )
    return (
        None if loosened else "it may only be loosened: drop a row that refuses, or let one accept."
    )


def _answer(node: Node | None) -> str | None:
    inner = node.get("answer") if isinstance(node, Map) else node
    return inner.text if isinstance(inner, Scalar) else None
