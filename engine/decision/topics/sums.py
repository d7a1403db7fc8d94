"""Works out the figures of chosen rows from the values of a line: what is refunded and charged.

There is one generated function for each choice of what is paid and charged, so that lines with the
same choice do nothing but sums.
"""

from __future__ import annotations

from typing import Final

from engine.decision.compiled import CompiledRow
from engine.decision.engines import Engines
from engine.decision.evaluation import EvaluatedLine, Evaluation
from engine.decision.open_fields import forget_net
from engine.decision.outcome_builder import Figures, OutcomeBuilder
from engine.decision.record import Deadline, Leg
from engine.decision.topics.remedies import work_out_legs
from engine.decision.topics.summing import Sums, SumsWriter, amount_read
from engine.policy.model import Fee

_MOST_KEPT: Final = 1_024
"""The most choices of one policy whose functions are cached."""


def figures_of(line: EvaluatedLine, chosen: OutcomeBuilder) -> Figures:
    """Works out the figures of chosen rows for a line, without its deadlines."""
    return _figures_of(line, chosen, {}, {})


def add_figures(evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    """Works out the figures of an outcome builder; an unsettled table leaves the net open."""
    found = _figures_of(evaluation, builder, builder.legs, builder.open)
    for name in Figures.__struct_fields__:
        setattr(builder, name, getattr(found, name))
    for table, bodies in evaluation.unsettled.items() if builder.basis else ():
        builder.to_take[table] = bodies
        builder.open.setdefault("net", ", ".join(evaluation.unsure[table]))
        forget_net(builder)


def take_fee(row: CompiledRow[Fee], evaluation: Evaluation, builder: OutcomeBuilder) -> None:
    """Adds one fee to an outcome builder; an open amount opens its fields."""
    found = _figures_of(
        evaluation, OutcomeBuilder(charged=[(row.prepared.kind, row)]), {}, builder.open
    )
    builder.fees += found.fees
    builder.steps += found.steps


def _figures_of(
    line: EvaluatedLine, chosen: OutcomeBuilder, legs: dict[str, Leg], open_: dict[str, str]
) -> Figures:
    if chosen.dated:
        work_out_legs(line, chosen, legs, open_)
    return sums_of(line.engines, chosen)(line.facts.values, {}, legs, open_)


def sums_of(engines: Engines, chosen: OutcomeBuilder) -> Sums:
    """Returns the function for the chosen rows; generated on first use."""
    basis = chosen.basis
    if basis is None and not chosen.charged:
        return _nothing
    key = (
        (id(basis.of), basis.percent, id(basis.bonus)) if basis else None,
        *(
            row.asked.bit if row else (kind, id(amount_read(kind, chosen)))
            for kind, row in chosen.charged
        ),
        *(row.row.id for row in chosen.waivers),
        chosen.outbound_rule,
        chosen.pays,
    )
    found: Sums | None = engines.sums.get(key)
    if found is None:
        if len(engines.sums) >= _MOST_KEPT:
            engines.sums.clear()
        found = engines.sums[key] = SumsWriter(engines.compiled, chosen).function()
    return found


def _nothing(
    _: list[int], deadlines: dict[str, Deadline], legs: dict[str, Leg], open_: dict[str, str]
) -> Figures:
    return Figures(deadlines=deadlines, legs=legs, open=open_)
