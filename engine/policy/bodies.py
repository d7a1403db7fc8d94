"""What a row of each topic may set: the keys, how each is read, and what must go together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.dates import Length
from engine.policy import values as v
from engine.policy import words as w
from engine.policy.conditions import read_when
from engine.policy.context import Context
from engine.policy.model import (
    AfterRefusal,
    Amount,
    Body,
    Clock,
    ClockReading,
    Demand,
    Fee,
    FromFact,
    Goods,
    Limit,
    Opens,
    Outbound,
    Reading,
    Remedy,
    Shipping,
    Value,
    Verdict,
    Waiver,
)
from engine.policy.text import Items, Map, Node, Scalar
from engine.policy.values import Reader

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of the language: its keys, its tie rules and how a body is made of read keys.

    `complete` says that a table must cover every case; `plural` that the topic holds named parts.
    """

    name: str
    keys: Mapping[str, Reader]
    build: Callable[[Fields, Map, Context], Body | None]
    decide: tuple[str, ...] = ("first", "only_one")
    plural: bool = False
    complete: bool = True


# --- deadlines ------------------------------------------------------------------------------------


def _opens(node: Node, ctx: Context) -> Opens | None:
    parts = ctx.map_of(node, "`opens`")
    if parts is None:
        return None
    ctx.only_keys(parts, ("after", "ahead", "counted_from"), "`opens`")
    ahead = "ahead" in parts.entries
    size = parts.get("ahead") or parts.get("after")
    since = parts.get("counted_from")
    if size is None or since is None or len(parts.entries) != 2:
        ctx.fault(
            "wrong_shape", node.source, "`opens` takes `after` or `ahead`, and `counted_from`."
        )
        return None
    found, begin = v.length(size, ctx), v.start(since, ctx)
    return Opens(found, begin, ahead) if found and begin else None


def _pauses(node: Node, ctx: Context) -> tuple[str, str] | None:
    parts = ctx.map_of(node, "`pauses`")
    if parts is None or set(parts.entries) != {"from", "to"}:
        ctx.fault("wrong_shape", node.source, "`pauses` takes `from` and `to`, both dates.")
        return None
    first, last = v.date_fact(parts.entries["from"], ctx), v.date_fact(parts.entries["to"], ctx)
    return (first, last) if first and last else None


def _late_code(node: Node, ctx: Context) -> str | None:
    return "go_on" if isinstance(node, Scalar) and node.text == "go_on" else v.code(node, ctx)


def _clock_readings(node: Node, ctx: Context) -> tuple[ClockReading, ...]:
    found: list[ClockReading] = []
    for item in ctx.items_of(node, "`readings`"):
        entry = ctx.map_of(item, "A reading")
        if entry is None:
            continue
        own = ("id", "because", "clause")
        keys = [
            key for key in CLOCK if key not in ("readings", "we_take", "code", "by", "if_silent")
        ]
        ctx.only_keys(entry, (*own, *keys), "a reading of a clock")
        fields = read_keys(entry, {key: CLOCK[key] for key in keys}, ctx)
        clock = _clock(fields, entry, ctx)
        name = v.identifier(entry.entries["id"], ctx) if "id" in entry.entries else None
        if name and isinstance(clock, Clock):
            found.append(
                ClockReading(
                    id=name,
                    clock=clock,
                    because=_optional(entry, "because", ctx),
                    clause=_optional(entry, "clause", ctx),
                )
            )
        elif not name:
            ctx.fault("missing_key", entry.source, "A reading needs an `id`.")
    return tuple(found)


def _we_take(node: Node, ctx: Context) -> str | None:
    return v.identifier(node, ctx)


CLOCK: Final[dict[str, Reader]] = {
    "event": v.date_fact,
    "by": v.party,
    "within": v.length,
    "under": v.length,
    "until": v.day,
    "no_limit": v.yes_no,
    "opens": _opens,
    "counted_from": v.start,
    "counting": v.one_of(("next_day", "start_day_is_first"), "a way of counting"),
    "roll": v.one_of(("none", "next_business_day"), "a way of rolling"),
    "extended_by": v.length,
    "pauses": _pauses,
    "if_late": _late_code,
    "if_early": _late_code,
    "if_silent": v.one_of(w.SILENCES, "a default for silence"),
    "must_start": v.yes_no,
    "readings": _clock_readings,
    "we_take": _we_take,
    "code": v.code,
}


def _clock(fields: Fields, node: Map, ctx: Context) -> Clock | None:
    limits = [key for key in ("within", "under", "until", "no_limit") if key in node.entries]
    readings = fields.pop("readings", ())
    if len(limits) != 1 and not readings and not (not limits and "opens" in fields):
        ctx.fault(
            "wrong_clock",
            node.source,
            "A deadline takes exactly one of `within`, `under`, `until` "
            f"and `no_limit`; here {'there is none' if not limits else 'are ' + ' and '.join(limits)}.",
        )
        return None
    length = fields.pop("within", None) or fields.get("under")
    if length and "counted_from" not in node.entries and not readings:
        ctx.fault(
            "missing_key",
            node.source,
            "`counted_from` is missing: from which date do the days count?",
        )
    if fields.get("if_silent") and not fields.get("by"):
        ctx.fault("missing_key", node.source, "`if_silent` needs `by`: whose silence is it?")
    if readings:
        _check_readings(tuple(r.id for r in readings), fields, node, ctx)  # type: ignore[attr-defined]
    strict = fields.pop("under", None) is not None
    counting, roll = fields.pop("counting", None), fields.pop("roll", None)
    silent_go_on = {key: fields[key] for key in fields if fields[key] is not None}
    silent_go_on["start"] = silent_go_on.pop("counted_from", None)
    return Clock(
        within=length,
        strict=strict,
        start_day_is_first=counting == "start_day_is_first",  # type: ignore[arg-type]
        roll=roll == "next_business_day",
        readings=readings,
        **silent_go_on,
    )  # type: ignore[arg-type]


def _check_readings(ids: tuple[str, ...], fields: Fields, node: Map, ctx: Context) -> None:
    if len(set(ids)) < 2:
        ctx.fault(
            "two_readings", node.source, "Two readings or more, with different ids, are needed."
        )
    taken = fields.get("we_take")
    if taken is None or (taken != "none" and taken not in ids):
        ctx.fault(
            "two_readings", node.source, "`we_take` is `none` or the id of one of the readings."
        )


# --- eligibility ----------------------------------------------------------------------------------


def _readings(node: Node, ctx: Context) -> tuple[Reading, ...]:
    found: list[Reading] = []
    for item in ctx.items_of(node, "`readings`"):
        entry = ctx.map_of(item, "A reading")
        if entry is None:
            continue
        keys: dict[str, Reader] = {
            "id": v.identifier,
            "answer": v.one_of(("accept", "refuse", "review", "ask"), "an answer"),
            "code": v.code,
            "because": v.text,
            "clause": v.text,
            "to_settle": v.text,
            "sets": _sets,
        }
        ctx.only_keys(entry, keys, "a reading")
        fields = read_keys(entry, keys, ctx)
        if not fields.get("id") or not fields.get("answer"):
            ctx.fault("missing_key", entry.source, "A reading needs an `id` and an `answer`.")
            continue
        found.append(Reading(**fields))  # type: ignore[arg-type]
    return tuple(found)


def _sets(node: Node, ctx: Context) -> tuple[tuple[str, object], ...]:
    entries = ctx.map_of(node, "`sets`")
    found: list[tuple[str, object]] = []
    for key, child in (entries.entries if entries else {}).items():
        reader = SETTABLE.get("fees" if key.startswith("fees.") else key)
        if reader is None:
            ctx.fault(
                "unknown_key",
                child.source,
                f"`{key[:60]}` cannot be set by a reading; "
                f"a reading may set `fees.NAME`, {', '.join(f'`{k}`' for k in SETTABLE if k != 'fees')}.",
            )
            continue
        found.append((key, reader(child, ctx)))
    return tuple(found)


SETTABLE: Final[dict[str, Reader]] = {
    "fees": v.amount,
    "remedy": v.one_of(w.REMEDIES, "a remedy"),
    "percent": v.percent,
    "base": v.amount,
    "return_paid_by": v.party,
    "label_by": v.party,
    "goods": v.one_of(w.GOODS, "a word for goods"),
    "goods_to": v.word,
    "timing": v.one_of(w.TIMINGS, "a timing"),
    "choice": v.many_of(w.REMEDIES, "a remedy"),
    "outbound_shipping": v.one_of(("none", "full", "standard_part"), "none, full or standard_part"),
}

VERDICT: Final[dict[str, Reader]] = {
    "answer": v.one_of(w.ANSWERS, "an answer"),
    "to_settle": v.text,
    "missing": v.words,
    "curable": v.yes_no,
    "belongs_to": v.party,
    "stands": v.yes_no,
    "readings": _readings,
    "we_take": _we_take,
    "why": v.text,
    "until": v.day,
}


def _verdict(fields: Fields, node: Map, ctx: Context) -> Verdict | None:
    answer = fields.get("answer")
    if answer is None:
        if "answer" not in node.entries:
            ctx.fault("missing_key", node.source, "An eligibility row needs an `answer`.")
        return None
    if answer == "review" and not fields.get("to_settle"):
        ctx.fault(
            "missing_key",
            node.source,
            "`answer: review` needs `to_settle`: what is a person to decide?",
        )
    if answer == "ask" and not fields.get("missing"):
        ctx.fault(
            "missing_key", node.source, "`answer: ask` needs `missing`: what is to be supplied?"
        )
    readings = fields.get("readings", ())
    if answer == "two_readings":
        _check_readings(tuple(r.id for r in readings), fields, node, ctx)  # type: ignore[attr-defined]
        if fields.get("we_take") not in (None, "none") and not fields.get("why"):
            ctx.fault("missing_key", node.source, "`we_take` names a reading: say `why`.")
    return Verdict(**fields)  # type: ignore[arg-type]


# --- limits and demands ---------------------------------------------------------------------------


def _quantity(node: Node, ctx: Context) -> object:
    from engine.policy.vocabulary import FactType

    if isinstance(node, Scalar) and type(node.value) is int:
        return v.count(node, ctx)
    if (
        isinstance(node, Scalar)
        and (fact := ctx.facts.get(node.text))
        and fact.type is FactType.COUNT
    ):
        return node.text
    return v.amount(node, ctx)


LIMIT: Final[dict[str, Reader]] = {
    "used": _quantity,
    "adds": _quantity,
    "at_most": _quantity,
    "under": _quantity,
    "at_least": _quantity,
    "if_over": v.one_of(("refuse", "review", "ask"), "an answer for a broken limit"),
    "to_settle": v.text,
}


def _limit(fields: Fields, node: Map, ctx: Context) -> Limit | None:
    bounds = [key for key in ("at_most", "under", "at_least") if fields.get(key) is not None]
    if not bounds:
        ctx.fault("missing_key", node.source, "A limit needs `at_most`, `under` or `at_least`.")
        return None
    counts = isinstance(fields[bounds[0]], int | str)
    for key in ("used", "adds", *bounds):
        value = fields.get(key, 0)
        if value != 0 and isinstance(value, int | str) != counts:
            ctx.fault(
                "wrong_type",
                node.source,
                f"`{key}` and `{bounds[0]}` are not of one kind: a limit is "
                "on money or on a number, not both.",
            )
    if fields.get("if_over") == "review" and not fields.get("to_settle"):
        ctx.fault("missing_key", node.source, "`if_over: review` needs `to_settle`.")
    return Limit(counts=counts, **fields)  # type: ignore[arg-type]


DEMAND: Final[dict[str, Reader]] = {
    "need": v.words,
    "must": read_when,
    "subject_to": v.words,
    "if_not": v.one_of(("ask", "refuse", "review", "go_on"), "what happens if it is not met"),
    "curable": v.yes_no,
    "to_settle": v.text,
    "original_required": v.yes_no,
}


def _demand(fields: Fields, node: Map, ctx: Context) -> Demand | None:
    for word, item in zip(
        fields.get("need", ()),
        ctx.items_of(node.entries["need"], "`need`")  # type: ignore[call-overload]
        if "need" in node.entries
        else (),
        strict=False,
    ):
        v.one_of(
            ctx.facts["evidence"].words or (), "a word of `evidence`; add yours under `values`"
        )(item, ctx)
    if (
        not fields.get("need")
        and not fields.get("must")
        and not fields.get("subject_to")
        and "original_required" not in fields
    ):
        ctx.fault("missing_key", node.source, "A demand needs `need`, `must` or `subject_to`.")
    if fields.get("if_not") == "review" and not fields.get("to_settle"):
        ctx.fault("missing_key", node.source, "`if_not: review` needs `to_settle`.")
    original = fields.pop("original_required", None)
    if original:
        fields.setdefault("if_not", "refuse")
        box = Items(
            source=node.source,
            items=tuple(
                Scalar(source=node.source, text=word, value=word)
                for word in ("sealed_original", "opened_original")
            ),
        )
        tests = {"packaging": box}
        fields["must"] = read_when(Map(source=node.source, entries=dict(tests), keys={}), ctx)
    return Demand(original_packaging=original is True, **fields)  # type: ignore[arg-type]


# --- remedies, goods, shipping --------------------------------------------------------------------


def _pay_within(node: Node, ctx: Context) -> Clock | None:
    entries = ctx.map_of(node, "`pay_within`")
    if entries is None:
        return None
    keys = {key: CLOCK[key] for key in ("within", "counted_from", "counting", "roll")}
    ctx.only_keys(entries, keys, "`pay_within`")
    clock = _clock(read_keys(entries, keys, ctx), entries, ctx)
    return clock


def _exchange(node: Node, ctx: Context) -> Fields:
    entries = ctx.map_of(node, "`exchange`")
    if entries is None:
        return {}
    keys: dict[str, Reader] = {
        "same_product": v.yes_no,
        "price_difference": v.one_of(("settled", "none"), "settled or none"),
    }
    ctx.only_keys(entries, keys, "`exchange`")
    return read_keys(entries, keys, ctx)


REMEDY: Final[dict[str, Reader]] = {
    "give": v.one_of(w.REMEDIES, "a remedy"),
    "choice": v.many_of(w.REMEDIES, "a remedy"),
    "chosen_by": v.party,
    "first": v.many_of(w.REMEDIES, "a remedy"),
    "then": v.one_of(w.REMEDIES, "a remedy"),
    "after": read_when,
    "from": v.party,
    "of": v.amount,
    "percent": v.percent,
    "timing": v.one_of(w.TIMINGS, "a timing"),
    "pay_within": _pay_within,
    "issued_by": v.party,
    "bonus": v.amount,
    "creates": v.words,
    "exchange": _exchange,
}


def _remedy(fields: Fields, node: Map, ctx: Context) -> Remedy | None:
    ways = [key for key in ("give", "choice", "first") if fields.get(key)]
    if len(ways) != 1:
        ctx.fault(
            "wrong_shape",
            node.source,
            "A remedy takes exactly one of `give`, `choice` and `first` (with `then` and `after`).",
        )
        return None
    if fields.get("choice") and not fields.get("chosen_by"):
        ctx.fault("missing_key", node.source, "`choice` needs `chosen_by`: who chooses?")
    if fields.get("first") and not (fields.get("then") and fields.get("after")):
        ctx.fault(
            "missing_key",
            node.source,
            "`first` needs `then` and `after`: what comes next, and when?",
        )
    exchange = fields.pop("exchange", None)
    fields["from_"] = fields.pop("from", None)
    return Remedy(**fields, **(exchange if isinstance(exchange, dict) else {}))  # type: ignore[arg-type]


def _place(node: Node, ctx: Context) -> str | None:
    if isinstance(node, Scalar) and node.text.startswith("country "):
        return (
            node.text
            if len(node.text) == 10 and node.text[8:].isupper()
            else v.word(Items(source=node.source, items=()), ctx)
        )
    found = v.one_of(
        ctx.places, "a place; add yours under `values: {place: [..]}`, or write `country XX`"
    )(node, ctx)
    return found if isinstance(found, str) else None


GOODS: Final[dict[str, Reader]] = {
    "do": v.one_of(w.GOODS, "a word for goods"),
    "choice": v.many_of(w.GOODS, "a word for goods"),
    "chosen_by": v.party,
    "to": _place,
    "proof": v.words,
}


def _goods(fields: Fields, node: Map, ctx: Context) -> Goods | None:
    if fields.get("choice") and not fields.get("chosen_by"):
        ctx.fault("missing_key", node.source, "`choice` needs `chosen_by`: who chooses?")
    if not fields.get("do") and not fields.get("choice"):
        fields["do"] = "ship_back"
    return Goods(**fields)  # type: ignore[arg-type]


SHIPPING: Final[dict[str, Reader]] = {
    "paid_by": v.party,
    "label_by": v.party,
    "reshipment_paid_by": v.party,
}


def _shipping(fields: Fields, node: Map, ctx: Context) -> Shipping:
    return Shipping(**fields)  # type: ignore[arg-type]


# --- money ----------------------------------------------------------------------------------------

VALUE: Final[dict[str, Reader]] = {"of": v.amount, "percent": v.percent}
FEE: Final[dict[str, Reader]] = {
    "fee": v.amount,
    "per": v.one_of(("unit", "line", "return"), "unit, line or return"),
    "taken": v.one_of(("deducted", "billed"), "deducted or billed"),
    "owed_by": v.party,
    "owed_to": v.party,
    "certainty": v.one_of(("fixed", "at_least", "may"), "fixed, at_least or may"),
    "to_settle": v.text,
}
OUTBOUND: Final[dict[str, Reader]] = {
    "refund": v.one_of(("none", "full", "standard_part"), "none, full or standard_part")
}


def _value(fields: Fields, node: Map, ctx: Context) -> Value:
    if "of" in fields and fields["of"] is None:
        fields["of"] = FromFact("item_price")
    return Value(**{key: value for key, value in fields.items() if value is not None})  # type: ignore[arg-type]


def _fee(fields: Fields, node: Map, ctx: Context) -> Fee | None:
    if "fee" not in node.entries:
        ctx.fault(
            "missing_key", node.source, "A fee row needs `fee`; write `fee: none` for no fee."
        )
        return None
    if fields.get("certainty") == "may" and not fields.get("to_settle"):
        ctx.fault(
            "missing_key",
            node.source,
            "`certainty: may` needs `to_settle`: what is a person to decide?",
        )
    return Fee(**{key: value for key, value in fields.items() if value is not None or key == "fee"})  # type: ignore[arg-type]


def _outbound(fields: Fields, node: Map, ctx: Context) -> Outbound:
    return Outbound(**{key: value for key, value in fields.items() if value is not None})  # type: ignore[arg-type]


# --- after a refusal, whole return ----------------------------------------------------------------


def _legs(node: Node, ctx: Context) -> tuple[tuple[str, Remedy], ...]:
    entries = ctx.map_of(node, "`remedies`")
    found: list[tuple[str, Remedy]] = []
    for key, child in (entries.entries if entries else {}).items():
        party = v.party(Scalar(source=child.source, text=key, value=key), ctx)
        leg = ctx.map_of(child, "A remedy")
        if party and leg:
            ctx.only_keys(leg, REMEDY, "a remedy")
            body = _remedy(read_keys(leg, REMEDY, ctx), leg, ctx)
            found += [(party, body)] if body else []
    return tuple(found)


AFTER_REFUSAL: Final[dict[str, Reader]] = {
    **{key: GOODS[key] for key in ("do", "to", "proof")},
    **SHIPPING,
    "remedies": _legs,
}


def _after_refusal(fields: Fields, node: Map, ctx: Context) -> AfterRefusal:
    goods = {key: fields[key] for key in ("do", "to", "proof") if key in fields}
    shipping = {key: fields[key] for key in SHIPPING if key in fields}
    legs = fields.get("remedies", ())
    return AfterRefusal(goods=Goods(**goods), shipping=Shipping(**shipping), remedies=legs)  # type: ignore[arg-type]


WHOLE: Final[dict[str, Reader]] = {"waive": v.words}


def _waiver(fields: Fields, node: Map, ctx: Context) -> Waiver:
    for name in fields.get("waive", ()):  # type: ignore[attr-defined]
        if name != "fees" and name not in ctx.derived:
            ctx.fault(
                "unknown_fee",
                node.source,
                f"`waive` names `{name}`; write `fees.NAME` of a fee of this policy.",
            )
    return Waiver(**fields)  # type: ignore[arg-type]


TOPICS: Final[dict[str, Topic]] = {
    topic.name: topic
    for topic in (
        Topic(
            "deadlines", CLOCK, _clock, ("first", "only_one", "longest", "shortest"), True, False
        ),
        Topic("eligibility", VERDICT, _verdict),
        Topic("limits", LIMIT, _limit, ("first", "only_one", "lowest", "highest"), True, False),
        Topic("demands", DEMAND, _demand, ("add_up",), False, False),
        Topic("remedies", REMEDY, _remedy, plural=True),
        Topic("goods", GOODS, _goods),
        Topic("return_shipping", SHIPPING, _shipping),
        Topic("value", VALUE, _value),
        Topic("fees", FEE, _fee, ("first", "only_one", "highest", "lowest", "add_up"), True, False),
        Topic("outbound_shipping", OUTBOUND, _outbound),
        Topic("after_refusal", AFTER_REFUSAL, _after_refusal, ("first", "only_one"), False, False),
        Topic("whole_return", WHOLE, _waiver, ("first", "only_one", "add_up"), False, False),
    )
}
"""Every topic, in the order of evaluation but for `after_refusal`."""


def read_keys(node: Map, keys: Mapping[str, Reader], ctx: Context) -> Fields:
    """The keys that were written, each read; what could not be read is left out."""
    found: Fields = {}
    for key, reader in keys.items():
        if key in node.entries:
            value = reader(node.entries[key], ctx)
            if value is not None:
                found[key] = value
    return found


def _optional(node: Map, key: str, ctx: Context) -> str | None:
    return v.text(node.entries[key], ctx) if key in node.entries else None


__all__ = ["TOPICS", "Fields", "Length", "Topic", "read_keys"]
