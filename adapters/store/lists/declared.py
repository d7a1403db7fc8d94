"""What a list is: whose its rows are, what it may be narrowed to, and how it may be sorted.

All SQL here is Takeback's own. `{own}` and `{other}` stand for the columns of the one who asks and
of its partner, `{tenant}` for who asks, `{value}` for what is asked for; values never join a text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from adapters.identity.principal import Kind
from adapters.store.lists.said import without_signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """By a column that is never NULL, then by the key of the row, in the same direction.

    `kind` is what the column holds: `datetime`, `str` or `int`.
    """

    by: str
    kind: type = datetime
    descending: bool = False
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A condition; `many` takes any of several values, and `split` looks for each by itself.

    Rows of several values are in no index in the order of a sort; those of each value are.
    A filter that is a lower or upper bound of a column (`above`, `below`) is left out where a
    cursor says more: databases use one bound to find rows and test each row for the other. `also`
    holds in either case. `few` says that hardly a row fits: SQLite, which counts none, would go
    through all rows in the order of the sort.
    """

    sql: str
    value: Callable[[Any], object] = str
    many: bool = False
    split: bool = False
    above: str = ""
    below: str = ""
    also: str = ""
    few: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """One list; a kind of partner that is not in `sides` has none such."""

    name: str
    source: str
    key: str
    key_kind: type = str
    sides: Mapping[Kind, tuple[str, str]]
    always: str = ""
    filters: Mapping[str, Filter]
    sorts: Mapping[str, Sort]
    search: Mapping[Kind, tuple[str, ...]] = field(default_factory=dict)


def both(alias: str) -> dict[Kind, tuple[str, str]]:
    """The sides of rows that have a supplier and a retailer."""
    supplier, retailer = f"{alias}.supplier", f"{alias}.retailer"
    return {Kind.SUPPLIER: (supplier, retailer), Kind.RETAILER: (retailer, supplier)}


def newest_first(by: str, what: str, kind: type = datetime) -> dict[str, Sort]:
    """The two directions of a moment, or of a day as a text."""
    return {
        "NEWEST": Sort(by=by, kind=kind, descending=True, says=f"{what}, the newest first."),
        "OLDEST": Sort(by=by, kind=kind, says=f"{what}, the oldest first."),
    }


def containing(column: str) -> str:
    """That a column has what is searched for in it, large letters or small."""
    return f"upper({column}) LIKE {{part}} ESCAPE '\\'"


def with_number(column: str) -> str:
    """That a number has what is searched for in it, as it stands or as callers say it.

    Few numbers have its signs at all in their order; signs are taken out of these alone.
    """
    whole = f"{containing(column)} OR {without_signs(column)} LIKE {{in_number}} ESCAPE '\\'"
    return f"(upper({column}) LIKE {{spread}} ESCAPE '\\' AND ({whole}))"


def orders_found(kind: Kind) -> str:
    """Selects the keys of one's own orders with what is searched for in their number.

    Who asks is named by one column, so that databases find the orders of nobody else.
    """
    return (
        f"SELECT o.id FROM purchase o WHERE o.{kind.value} = {{tenant}}"
        f" AND {with_number('o.number')}"
    )


def days(name: str, column: str) -> dict[str, Filter]:
    """`NAME_from` and `NAME_to`, both included: days in UTC of a moment."""
    return {
        f"{name}_from": Filter(sql=f"{column} >= {{value}}", value=_beginning, above=column),
        f"{name}_to": Filter(sql=f"{column} < {{value}}", value=_end, below=column),
    }


PARTNER: Final = Filter(sql="{other} = (SELECT p.id FROM partner p WHERE p.handle = {value})")
"""The partner on the other side, by its handle."""

SKU_AS_SAID: Final = "IN ({text}, {whole})"
"""As it was said, or in large letters: both stand in an index, and two SKUs may differ by case."""


def _beginning(day: date) -> str:
    return f"{day.isoformat()} 00:00:00.000000"


def _end(day: date) -> str:
    return _beginning(day + timedelta(days=1)) if day < date.max else "9999-12-31 23:59:59.999999"
