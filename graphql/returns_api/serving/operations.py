"""Runs one operation within its limits: its cost, its caller's allowance, and its time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLObjectType,
    GraphQLSchema,
    OperationType,
    execute,
)
from graphql.execution import Executor

from returns_api.serving.allowance import Allowance, Left, Spent
from returns_api.serving.bodies import Ask, Refused
from returns_api.serving.costs import Costs, Prices
from returns_api.serving.documents import Chosen, Documents
from returns_api.serving.errors import named, shown
from returns_api.serving.meter import Meter, too_costly
from returns_api.serving.settings import Limits
from returns_api.serving.trusted import NOT_FOUND, NOT_FOUND_CODE, Texts

MOST_POINTS: Final = 10_000
"""Maximum cost of one operation."""
POINT: Final = 15e-6
"""Seconds of processor time per point, for work not counted in objects: preparing a document."""
BURST: Final = 10
"""Seconds' worth of points that may be spent at once."""


class Caller(Protocol):
    """The context of resolvers, which knows who pays."""

    @property
    def payer(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer; `status` applies if the client accepts GraphQL's own media type."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


class Operations:
    """Runs operations of one schema; thread-safe.

    `open_` permits introspection and suggestions, as in development.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        prices: Prices,
        limits: Limits,
        texts: Texts | None = None,
        *,
        open_: bool,
    ) -> None:
        costs = Costs(schema, prices)
        per_second = limits.points_per_second / limits.processes
        self._schema = schema
        self._open = open_
        self._prices = costs.of_type
        self._texts = texts or Texts()
        self._documents = Documents(schema, costs, open_=open_)
        self._allowance = Allowance(max(MOST_POINTS, round(BURST * per_second)), per_second)

    def run(self, ask: Ask, caller: Caller, meter: Meter) -> Answer:
        """Returns the answer to an operation; raises `Refused` or `Stopped`.

        A stopped operation has spent its whole estimate, whatever it had made by then. One that
        runs again, by the same meter, is first given back what it spent.
        """
        text = self._texts.of(ask)
        if text is None:
            return Answer(status=404, body={"errors": [named(NOT_FOUND, NOT_FOUND_CODE)]})
        self._take(caller.payer, -meter.spent)
        chosen = self._chosen(text, ask, caller.payer)
        if errors := shown(chosen.prepared.errors):
            left = self._allowance.settle(caller.payer, 0)
            return Answer(status=400, body={"errors": errors}, headers=left.headers)
        self._texts.keep(ask)
        if chosen.kind is OperationType.MUTATION:
            if ask.reads_only:
                said = "Mutations are sent by POST."
                raise Refused(405, "method_not_allowed", said, allow="POST")
            meter.deadline.ends_with_commit = True
        wanted = self._taken(caller.payer, chosen, ask)
        meter.most, meter.spent = MOST_POINTS, self._price_of(chosen, ask)
        try:
            result = self._result(chosen, ask, caller, meter)
            if result.errors:
                meter.look()  # else the stop would be reported as the error of one field
        except BaseException:
            self._allowance.settle(caller.payer, max(meter.spent - wanted, 0))
            raise
        left = self._allowance.settle(caller.payer, meter.spent - wanted)
        status, body = _told(result)
        body["extensions"] = {"cost": self._cost(wanted, meter.spent, left)}
        return Answer(status=status, body=body, headers=left.headers)

    def _chosen(self, text: str, ask: Ask, payer: str) -> Chosen:
        """Chooses the operation; preparing a new document costs points for the time it takes.

        Documents registered by the server's operator are free.
        """
        free, began = self._texts.is_registered(ask), time.thread_time()
        chosen = self._documents.choose(text, ask.operation, registered=free)
        points = 0 if free else (time.thread_time() - began) // POINT
        if points:
            self._allowance.settle(payer, points)
        return chosen

    def _price_of(self, chosen: Chosen, ask: Ask) -> int:
        """Returns what an operation costs whatever objects it makes."""
        root = self._schema.get_root_type(chosen.kind) if chosen.kind else None
        return (self._prices[root.name] if root else 1) + chosen.cost_of_inputs(ask.variables or {})

    def _taken(self, payer: str, chosen: Chosen, ask: Ask) -> int:
        """Takes the cost estimated before it runs, and returns it; at least 1."""
        wanted = chosen.cost(ask.variables or {})
        if wanted > MOST_POINTS:
            count = f"{wanted:,}" if wanted < 10**9 else "more than a billion"
            most = chosen.costliest(ask.variables or {})
            of = f", most of them for `{most}`" if most else ""
            raise too_costly(f"may cost {count} points{of}", MOST_POINTS)
        points = max(wanted, 1)
        self._take(payer, points)
        return points

    def _take(self, payer: str, points: int) -> None:
        try:
            self._allowance.take(payer, points)
        except Spent as spent:
            raise Refused(
                429,
                "rate_limited",
                f"Your allowance is used up: {spent.left.points:,} points are left; ask again in "
                f"{spent.seconds} s.",
                retry_after=str(spent.seconds),
                **{name.replace("-", "_"): text for name, text in spent.left.headers.items()},
            ) from None

    def _cost(self, wanted: int, spent: int, left: Left) -> dict[str, Any]:
        return {
            "requested": wanted,
            "actual": spent,
            "mostOfOperation": MOST_POINTS,
            "remaining": left.points,
            "perSecond": self._allowance.per_second,
        }

    def _result(self, chosen: Chosen, ask: Ask, caller: Caller, meter: Meter) -> ExecutionResult:
        meter.look()
        planned = chosen.plan.run(caller, ask.variables, meter) if chosen.plan else None
        if planned is not None:
            return ExecutionResult(*planned)
        result = execute(  # by graphql-core, for operations without a plan
            self._schema,
            cast("DocumentNode", chosen.prepared.document),
            context_value=caller,
            variable_values=ask.variables,
            operation_name=ask.operation,
            is_awaitable=_never,  # type: ignore[arg-type]
            hide_suggestions=not self._open,
            executor_class=Metered,
            meter=meter,
            prices=self._prices,
        )
        return cast("ExecutionResult", result)


class Metered(Executor[Any]):
    """graphql-core's executor, metered between fields."""

    def __init__(
        self, *arguments: Any, meter: Meter, prices: Mapping[str, int], **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self._meter = meter
        self._prices = prices

    def execute_field(self, *arguments: Any) -> Any:
        self._meter.look()
        return super().execute_field(*arguments)

    def complete_object_value(self, return_type: GraphQLObjectType, *arguments: Any) -> Any:
        self._meter.made(self._prices[return_type.name])
        return super().complete_object_value(return_type, *arguments)


def _never(_value: object) -> bool:
    """Resolvers are plain functions; checking each value would cost more than many resolvers."""
    return False


def _told(result: ExecutionResult) -> tuple[int, dict[str, Any]]:
    """Returns status and body; `data` is left out if nothing ran, as for a wrong variable."""
    if not result.errors and result.data is not None:
        return 200, {"data": result.data}
    errors = shown(result.errors or ())
    ran = result.data is not None or any(error.path for error in result.errors or ())
    body: dict[str, Any] = {"data": result.data} if ran else {}
    return (200 if ran else 400), {**body, **({"errors": errors} if errors else {})}
