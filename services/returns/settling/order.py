"""How a return stands in its order: the units, shipping and fees of the order's other returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from adapters.store.orders import Family
from adapters.store.records import OrderLine
from adapters.store.returns.records import Return, ReturnLine
from engine.decision.standing import OrderUnits, Standing, Taken, Units
from engine.policy.model import Policy
from engine.returns.lifecycle import State
from services.returns.decision_service import DecisionService
from services.returns.line_decisions import StandingOf
from services.returns.record import known_to
from services.returns.settling.shipping import shipping_given
from services.returns.settling.units import coming

_GONE: Final = frozenset({State.CANCELLED, State.REFUSED})
"""States of a return of which nothing will come."""


class _Beside(Struct, frozen=True, kw_only=True, gc=False):
    """Units of an order line in other returns, and the shipping that was refunded for it.

    `own` was refunded for it in this return before.
    """

    arrived: int = 0
    coming: int = 0
    outbound: int = 0
    own: int = 0


def standing_of(
    service: DecisionService,
    family: Family,
    *,
    but: str = "",
    beside: Return | None = None,
    shipping: Mapping[str, int] | None = None,
) -> StandingOf:
    """Returns the rest of an order as of now, without the return `but`; lock the order first.

    `beside` are lines of that return that are not decided together with the others. `shipping` is
    what that return gives by order line whatever is decided now (minor units).
    """
    fixed = shipping or {}
    every = service.store.returns.of_order(family.order.id)
    others = [each for each in every if each.id != but] + ([beside] if beside else [])
    mine = [line for each in every if each.id == but for line in each.lines]
    own = {
        line.order_line: _Beside(
            outbound=(kept := fixed.get(line.order_line, 0)), own=max(0, line.outbound - kept)
        )
        for line in mine
    }
    done = [taken_before(each) for each in every if each.id == but]
    units_beside, taken = _beside(service, others, own), summed([*(n.taken for n in others), *done])

    def standing(policy: Policy, units: Sequence[tuple[str, Units]]) -> Standing:
        places: dict[str, dict[int, None]] = {}
        for key, each in units:
            places.setdefault(key, {})[each.line] = None
        return Standing(
            units=tuple(each for _, each in units),
            order=tuple(
                _order_units(
                    service, policy, family, line, (tuple(places.get(line.id, ())), units_beside)
                )
                for line in family.lines
                if line.kept
            ),
            taken=taken,
        )

    return standing


def _order_units(
    service: DecisionService,
    policy: Policy,
    family: Family,
    line: OrderLine,
    stands: tuple[tuple[int, ...], Mapping[str, _Beside]],
) -> OrderUnits:
    places, beside = stands
    other = beside.get(line.id, _Beside())
    facts = known_to(policy, service.record_of(line, family, policy.facts).facts)
    return OrderUnits(
        kept=line.kept,
        lines=places,
        arrived=other.arrived,
        coming=other.coming,
        outbound=other.outbound,
        own=other.own,
        facts={} if places else _as_kept(facts),
    )


def _as_kept(facts: Mapping[str, object]) -> dict[str, object]:
    """Returns facts with money as text, as they are stored."""
    plain = (str, int, bool, float, type(None), list, dict)
    return {name: each if isinstance(each, plain) else str(each) for name, each in facts.items()}


def _beside(
    service: DecisionService, others: Sequence[Return], own: Mapping[str, _Beside]
) -> dict[str, _Beside]:
    found = {**own}
    for each in others:
        for line in each.lines:
            before = found.get(line.order_line, _Beside())
            arrived, to_come = _units(each, line)
            found[line.order_line] = replace(
                before,
                arrived=before.arrived + arrived,
                coming=before.coming + to_come,
                outbound=before.outbound + shipping_given(service, each, line),
            )
    return found


def _units(found: Return, line: ReturnLine) -> tuple[int, int]:
    """Returns the units of a line of another return that came unrefused, and that are to come."""
    if found.state in _GONE or line.outcome.answer == "refuse":
        return max(0, line.spent - line.refused), 0  # they came before it was reopened
    if line.outcome.stays:
        return line.quantity, 0
    if found.state in (State.REQUESTED, State.IN_REVIEW) and not line.received:
        return 0, line.quantity
    return max(0, line.received - line.refused), coming(found, line)


def taken_before(found: Return) -> dict[str, Taken]:
    """Returns the fees per order of units that were settled before a return was reopened."""
    return summed([line.outcome.before.taken for line in found.lines])


def summed(taken: Sequence[Mapping[str, Taken]]) -> dict[str, Taken]:
    """Adds up fees per order by their names."""
    found: dict[str, Taken] = {}
    for each in taken:
        for name, more in each.items():
            found[name] = found[name] + more if name in found else more
    return found
