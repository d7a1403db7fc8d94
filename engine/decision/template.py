"""Builds templates: the record of a line without its figures, which are filled in for each line.

A template depends on the rows that were chosen and on the states of their clocks. Figures depend on
the values that were sent: days, amounts, and what rows saw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from types import CodeType, FunctionType
from typing import Any, Final

from msgspec.structs import replace

from engine.decision.because import (
    also_true,
    deadlines_of,
    explanation,
    nearly,
    open_ends,
    sentence_of,
)
from engine.decision.evaluation import EvaluatedLine, Evaluation
from engine.decision.outcome_builder import Figures, OutcomeBuilder
from engine.decision.record import Decision, Leg, ReadingOutcome
from engine.decision.sentences import filled
from engine.decision.topics.remedies import lead_leg, remedy_of
from engine.meaning.code import NAMES, function_of
from engine.money import Money, percent_text

ENGINE: Final = "durable-rules"
REFERENCE: Final = "python"

Template = Callable[[EvaluatedLine, Figures], Decision]
"""Fills the figures of a line into a template and returns its record."""

_FIELDS: Final = Decision.__struct_fields__
_NAMES: Final = NAMES | {"Decision": Decision, "Money": Money, "replace": replace, "tuple": tuple}

_WORKED_OUT: Final = {
    "deadlines": "tuple(figures.deadlines.values())",
    "fees": "tuple(figures.fees)",
    "fee_total": "zero if total == 0 else None if total is None else Money(total, currency)",
    "net_certainty": "figures.certainty",
    "steps": "tuple(figures.steps)",
    "facts": "facts.plain()",
    "inputs_ignored": "facts.ignored",
}
_SETTLED: Final = {
    "base": "paid if base == net else None if base is None else Money(base, currency)",
    "outbound_refunded": (
        "zero if outbound == 0 else None if outbound is None else Money(outbound, currency)"
    ),
    "net": "paid",
}
"""Fields that are worked out for each line; those of `_SETTLED` only if the line is settled."""


def _template(
    fields: Sequence[object], builder: OutcomeBuilder, own: str, currency: str
) -> Template:
    """Returns a template of the `fields` of a decision, in their order.

    A field that is a function is worked out for each line; `own` is the party that gets the net.
    """
    later = tuple([name for name, each in zip(_FIELDS, fields, strict=True) if callable(each)])
    dated = {party for party, _ in builder.dated}
    legs = tuple([(party == own, party in dated) for party in builder.legs])
    same_sentence = fields[_FIELDS.index("sentence")] is fields[_FIELDS.index("for_agent")]
    code = _code(later, legs, same_sentence=same_sentence, settles=builder.basis is not None)
    given = (*fields, currency, Money(0, currency), *chain.from_iterable(builder.legs.items()))
    return FunctionType(code, _NAMES, argdefs=given)


@lru_cache(maxsize=256)
def _code(
    later: tuple[str, ...],
    legs: tuple[tuple[bool, bool], ...],
    *,
    same_sentence: bool,
    settles: bool,
) -> CodeType:
    """Compiles the code of a template; all values that do not shape it are parameters.

    `later` are the fields that are functions. `legs` says of each leg whether it gets the net, and
    whether it has a day or an amount of its own.
    """
    sources = {
        name: f"p{at}(line, figures)" if name in later else f"p{at}"
        for at, name in enumerate(_FIELDS)
    }
    sources |= _WORKED_OUT | (_SETTLED if settles else {})
    paid = []
    for at, (is_own, is_dated) in enumerate(legs):
        party, leg = f"p{len(_FIELDS) + 2 + 2 * at}", f"p{len(_FIELDS) + 3 + 2 * at}"
        leg = f"figures.legs.get({party}, {leg})" if is_dated else leg
        paid.append(f"replace({leg}, amount=paid), " if is_own else f"{leg}, ")
    lines = [
        f"facts, currency, zero = line.facts, p{len(_FIELDS)}, p{len(_FIELDS) + 1}",
        f"sentence = {sources['sentence']}",
        "total, net = figures.fee_total, figures.net",
        "base, outbound = figures.base, figures.outbound",
        "paid = None if net is None else Money(net, currency)",
    ]
    sources |= {"sentence": "sentence", "remedies": f"({''.join(paid)})"}
    sources |= {"for_agent": "sentence"} if same_sentence else {}
    lines.append(f"return Decision({', '.join(sources.values())})")
    given = [None] * (len(_FIELDS) + 2 + 2 * len(legs))
    return function_of("line, figures", lines, given, _NAMES).__code__


def template_of(
    evaluation: Evaluation,
    builder: OutcomeBuilder,
    *,
    not_needed: tuple[str, ...] = (),
    readings: tuple[ReadingOutcome, ...] = (),
    alarm: str | None = None,
) -> Template:
    """Returns the template of a finished outcome builder."""
    verdict, compiled, native = builder.verdict, evaluation.compiled, evaluation.engines.native
    builder.deadlines = deadlines_of(builder, compiled)
    builder.open = open_ends(builder) | builder.open
    leg, row = lead_leg(evaluation, builder), verdict.row
    to_settle = [verdict.to_settle, *builder.to_settle] if verdict.to_settle else builder.to_settle
    missing = (*verdict.missing, *builder.missing)
    choice, chosen_by, timing, creates = _chosen(builder, leg)
    sentence = sentence_of(verdict, compiled)
    agent = row.for_agent if row is not None else None
    return _template(
        [  # by places, in the order of the fields; figures of the money come later
            verdict.answer,
            verdict.code,
            sentence,
            filled(agent, compiled) if agent else sentence,  # for_agent
            compiled.stamp,
            (row.id, *verdict.also) if row is not None else verdict.also,  # decided_by
            explanation(builder, compiled),  # because
            also_true(builder),
            nearly(builder, compiled) if verdict.answer == "refuse" else (),
            (),  # deadlines
            compiled.main_deadline,
            builder.on_silence,
            tuple(dict.fromkeys(missing)),
            builder.opened(),
            tuple(builder.requires),
            tuple(builder.subject_to),
            builder.original_packaging,
            tuple(dict.fromkeys(to_settle)),
            verdict.curable,
            verdict.belongs_to,
            readings,
            verdict.unsettled,
            remedy_of(builder, leg),
            choice,
            chosen_by,
            timing,
            creates,
            (),  # remedies
            builder.goods,
            builder.goods_choice,
            builder.goods_to,
            builder.proof,
            builder.return_paid_by,
            builder.label_by,
            builder.reshipment_paid_by,
            None,  # base
            percent_text(builder.percent) if builder.percent is not None else None,
            (),  # fees
            None,  # fee_total
            None,  # outbound_refunded
            builder.outbound_rule,
            None,  # net
            "",  # net_certainty
            (),  # steps
            tuple(builder.limits),
            tuple(builder.waived),
            {},  # facts
            (),  # inputs_ignored
            not_needed,
            ENGINE if native else REFERENCE,
            (alarm is None) if native else None,  # engines_agreed
            alarm,
        ],
        builder,
        compiled.stamp.claimant,
        compiled.policy.currency,
    )


def _chosen(builder: OutcomeBuilder, leg: Leg | None) -> tuple[Any, ...]:
    """Returns choice, chooser, timing and created documents of the lead leg, or as a reading sets
    them."""
    found = (leg.choice, leg.chosen_by, leg.timing, leg.creates) if leg else ((), None, None, ())
    if not builder.sets:
        return found
    choice = builder.sets.get("choice", found[0])
    timing = builder.sets.get("timing", found[2])
    listed = tuple(choice) if isinstance(choice, tuple | list) else ()
    return (listed, found[1], None if timing is None else str(timing), found[3])
