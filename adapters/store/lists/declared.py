"""The parts of a list's declaration: the owners of its rows, filters, sorts and search.

All SQL here is Takeback's own. `{own}` and `{other}` stand for the columns of the asking partner
and of its trading partner, `{tenant}` for the asking partner's id and `{value}` for a filter's
value; values are always parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from adapters.identity.principal import Kind
from adapters.store.lists.numbers import without_signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """Sorts by a column that is never NULL, then by the row's key, in the same direction.

    `kind` is the type of the column: `datetime`, `str` or `int`.
    """

    by: str
    kind: type = datetime
    descending: bool = False
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A condition; `many` takes any of several values, and `split` queries each one separately.

    An index holds the rows of one value in the order of a sort, but not those of several values.

    A filter that is a lower or upper bound of a column (`above`, `below`) is left out if a cursor
    sets a tighter one: databases use one bound to find rows and test each row for the other. `also`
    holds in either case. `few` marks a condition that very few rows meet: SQLite, which keeps no
    counts, would go through all rows in the order of the sort.
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
    """One list; kinds of partners that are not in `sides` do not have it."""

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
    """The `sides` of rows that have a supplier and a retailer."""
    supplier, retailer = f"{alias}.supplier", f"{alias}.retailer"
    return {Kind.SUPPLIER: (supplier, retailer), Kind.RETAILER: (retailer, supplier)}


def newest_first(by: str, what: str, kind: type = datetime) -> dict[str, Sort]:
    """Both sort directions of a moment, or of a day as a text."""
    return {
        "NEWEST": Sort(by=by, kind=kind, descending=True, says=f"{what}, the newest first."),
        "OLDEST": Sort(by=by, kind=kind, says=f"{what}, the oldest first."),
    }


def containing(column: str) -> str:
    """Condition that a column contains the searched text, ignoring case."""
    return f"upper({column}) LIKE {{part}} ESCAPE '\\'"


def with_number(column: str) -> str:
    """Condition that a number contains the searched text, with or without its separators.

    A cheap test for the same characters in order comes first; only the few numbers that pass it get
    their separators removed.
    """
    whole = f"{containing(column)} OR {without_signs(column)} LIKE {{in_number}} ESCAPE '\\'"
    return f"(upper({column}) LIKE {{spread}} ESCAPE '\\' AND ({whole}))"


def orders_found(kind: Kind) -> str:
    """Selects keys of the principal's orders whose number contains the searched text.

    Compares the principal with one column only, so that databases read nobody else's orders.
    """
    return (
        f"SELECT o.id FROM purchase o WHERE o.{kind.value} = {{tenant}}"
        f" AND {with_number('o.number')}"
    )


def days(name: str, column: str) -> dict[str, Filter]:
    """Filters `NAME_from` and `NAME_to`, both included: days in UTC of a moment."""
    return {
        f"{name}_from": Filter(sql=f"{column} >= {{value}}", value=_beginning, above=column),
        f"{name}_to": Filter(sql=f"{column} < {{value}}", value=_end, below=column),
    }


PARTNER: Final = Filter(sql="{other} = (SELECT p.id FROM partner p WHERE p.handle = {value})")
"""Filters by the partner on the other side, given by its handle."""

SKU_AS_SAID: Final = "IN ({text}, {whole})"
"""Tries a SKU as given and in capitals: both can use an index, and SKUs may differ by case."""


def _beginning(day: date) -> str:
    return f"{day.isoformat()} 00:00:00.000000"


def _end(day: date) -> str:
    return _beginning(day + timedelta(days=1)) if day < date.max else "9999-12-31 23:59:59.999999"
