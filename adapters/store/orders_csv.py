"""Reads orders from CSV, one row per order line; each fault names its line and column.

A column is one of `COLUMNS`, a date (`delivered`) or another fact of the order (`membership`). Rows
with the same order number, supplier and retailer form one order.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from adapters.headings import NO_ROWS, nearest_column, not_a_table
from adapters.identity.principal import Kind, Principal
from adapters.store.drafts import MOST_CHARACTERS, LineDraft, OrderDraft
from adapters.store.money.paid import PaidDraft
from adapters.store.ordering.days import DATES
from engine.characters import wrong_text
from engine.errors import TakebackError
from engine.money import CURRENCIES, Money, parse_money
from engine.policy.register.built_in import SENT
from engine.policy.vocabulary import FactType
from engine.settlement.instruments import PaymentReferences

NEEDED: Final = ("order", "line", "sku", "quantity", "unit_price", "currency", "ordered")
COLUMNS: Final = (
    *NEEDED, "partner", "returned", "location", "country", "channel",
    "paid", "charge", "invoice", "customer", "cancelled", "tax",
)  # fmt: skip
MOST_BYTES: Final = 5_000_000
MOST_ROWS: Final = 20_000
_SHARED: Final = (
    "currency", "ordered", "country", "channel", "paid", "charge", "invoice", "customer",
)  # fmt: skip
_NAMES: Final = {
    "amount": "paid",
    "payment": "paid",
    "number": "line",
    "lines": "line",
    "dates": "ordered",
    "facts": "order",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFault:
    """One fault of a file; lines count from 1, the first holds the columns."""

    line: int
    column: str
    code: str
    message: str

    def __str__(self) -> str:
        where = f"line {self.line}"
        return f"{where if self.column == 'file' else f'{where}, {self.column}'}: {self.message}"


class CsvFaults(TakebackError):
    """A file with faults; nothing of it was stored."""

    def __init__(self, faults: tuple[CsvFault, ...], file: str = "") -> None:
        self.faults = faults
        named = f"{file}: " if file else ""
        super().__init__("\n".join(f"{named}{each}" for each in faults))


class OrderSheet:
    """Collects orders from rows, and the line of each row."""

    def __init__(self, principal: Principal, partner: str) -> None:
        self.faults: list[CsvFault] = []
        self._principal = principal
        self._partner = partner
        self._orders: dict[tuple[str, str], list[tuple[int, Mapping[str, str]]]] = {}
        self._line = 1

    def read(self, text: str) -> list[OrderDraft]:
        """Returns the orders in order of their first rows; raises `CsvFaults` if it is no CSV
        table.
        """
        if len(text) > MOST_BYTES:
            self._fault("file", "too_large", f"A file has at most {MOST_BYTES:,} characters.")
            raise CsvFaults(tuple(self.faults))
        for line, row in self._rows(text):
            self._line = line
            partner = row.get("partner") or self._partner
            self._orders.setdefault((row["order"], partner), []).append((line, row))
        if not self._orders and not self.faults:
            self._fault("file", "not_csv", NO_ROWS)
        return [self._order(*key, rows) for key, rows in self._orders.items()]

    def placed(self, path: str, code: str, message: str) -> CsvFault:
        """Converts a fault of an order draft to its line and column."""
        at = [int(number) for number in re.findall(r"\[([0-9]+)\]", path)]
        rows = list(self._orders.values())[at[0]]
        line = rows[at[1]][0] if len(at) > 1 else rows[0][0]
        name = path.rpartition(".")[2]
        column = "order" if name == "number" and len(at) == 1 else _NAMES.get(name, name)
        return CsvFault(line=line, column=column, code=code, message=message)

    # --- rows -------------------------------------------------------------------------------------

    def _rows(self, text: str) -> Iterator[tuple[int, dict[str, str]]]:
        reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
        try:
            columns = [name.strip() for name in next(reader, [])]
            self._check_table(columns)
            self._check_columns(columns)
            for count, cells in enumerate(reader, 1):
                self._line = reader.line_num
                if count > MOST_ROWS:
                    self._fault("file", "too_large", f"A file has at most {MOST_ROWS:,} rows.")
                    break
                if any(cells) and self._fits(cells, columns):
                    yield reader.line_num, dict(zip(columns, map(str.strip, cells), strict=True))
        except csv.Error as error:
            self._line = reader.line_num
            self._fault("file", "not_csv", f"This is not CSV: {error}.")
            raise CsvFaults(tuple(self.faults)) from None

    def _check_table(self, columns: list[str]) -> None:
        if said := not_a_table(columns):
            self._fault("file", "not_csv", said)
            raise CsvFaults(tuple(self.faults))

    def _check_columns(self, columns: list[str]) -> None:
        for place, name in enumerate(columns, 1):
            if wrong := wrong_text(name):
                self._fault(f"column {place}", "hidden_character", wrong)
            elif columns.count(name) > 1:
                self._fault(name[:60], "duplicate_column", "This column stands twice.")
            elif name not in COLUMNS and name not in SENT:
                other = name in ("supplier", "buyer", "seller")
                said = " Whoever is the other side stands under `partner`."
                hint = said if other else nearest_column(name, [*COLUMNS, *SENT])
                self._fault(name[:60], "unknown_column", f"There is no such column.{hint}")
        for name in NEEDED:
            if name not in columns:
                self._fault(name, "missing_column", "This column is needed.")
        if self.faults:
            raise CsvFaults(tuple(self.faults))

    def _fits(self, cells: list[str], columns: list[str]) -> bool:
        if len(cells) != len(columns):
            said = f"{len(cells)} values under {len(columns)} columns."
            self._fault("file", "wrong_row", said)
            return False
        known = len(self.faults)
        for name, cell in zip(columns, cells, strict=True):
            if len(cell) > 10_000:
                self._fault(name, "too_large", f"A value has at most {MOST_CHARACTERS} characters.")
            elif wrong := wrong_text(cell):
                self._fault(name, "hidden_character", wrong)
        return len(self.faults) == known

    # --- orders -----------------------------------------------------------------------------------

    def _order(
        self, number: str, partner: str, rows: list[tuple[int, Mapping[str, str]]]
    ) -> OrderDraft:
        first = rows[0][1]
        mine, retails = self._principal.handle, self._principal.kind is Kind.RETAILER
        for line, row in rows[1:]:
            self._line = line
            for name in _SHARED:
                if row.get(name, "") != first.get(name, ""):
                    self._fault(name, "differs", f"Line {rows[0][0]} of this order says otherwise.")
        return OrderDraft(
            number=number,
            supplier=partner if retails else mine,
            retailer=mine if retails else partner,
            currency=first["currency"],
            dates={"ordered": first["ordered"]} if first["ordered"] else {},
            country=first.get("country", ""),
            channel=first.get("channel", ""),
            lines=[self._order_line(line, row) for line, row in rows],
            paid=self._paid(*rows[0]),
        )

    def _order_line(self, line: int, row: Mapping[str, str]) -> LineDraft:
        self._line = line
        given = {name: cell for name, cell in row.items() if cell and name not in COLUMNS}
        return LineDraft(
            number=row["line"],
            sku=row["sku"],
            quantity=self._count("quantity", row["quantity"], 1),
            returned=self._count("returned", row.get("returned") or "0", 0),
            cancelled=self._cancelled(row.get("cancelled", "")),
            unit_price=self._money("unit_price", row["unit_price"], row["currency"]),
            tax=self._tax(row),
            location=row.get("location") or None,
            dates={name: cell for name, cell in given.items() if name in DATES},
            facts={
                name: fact_of(SENT[name].type, cell)
                for name, cell in given.items()
                if name not in DATES
            },
        )

    def _count(self, column: str, text: str, instead: int) -> int:
        if re.fullmatch(r"-?[0-9]{1,9}", text):
            return int(text)
        self._fault(column, "wrong_number", f"`{text[:60]}` is not a whole number.")
        return instead

    def _cancelled(self, text: str) -> int | None:
        """The total of cancelled units, if the row gives it."""
        return self._count("cancelled", text, 0) if text else None

    def _tax(self, row: Mapping[str, str]) -> Money | None:
        """The tax on all units of a line, if the row gives it."""
        said = row.get("tax", "")
        return self._money("tax", said, row["currency"]) if said else None

    def _paid(self, line: int, row: Mapping[str, str]) -> PaidDraft | None:
        """How an order was paid, if its first row says so."""
        ways = {name: row.get(name, "") for name in ("charge", "invoice", "customer")}
        if not row.get("paid"):
            if any(ways.values()):
                self._line = line
                self._fault("paid", "missing_column", "Say how much was paid.")
            return None
        self._line = line
        amount = self._money("paid", row["paid"], row["currency"])
        return PaidDraft(amount=amount.minor, ways=PaymentReferences(**ways))

    def _money(self, column: str, text: str, currency: str) -> Money:
        if currency not in CURRENCIES:
            return Money(0, currency)
        try:
            return parse_money(f"{currency} {text}")
        except ValueError as error:
            self._fault(column, "wrong_money", str(error))
            return Money(0, currency)

    def _fault(self, column: str, code: str, message: str) -> None:
        self.faults.append(CsvFault(line=self._line, column=column, code=code, message=message))


def fact_of(kind: FactType | None, text: str) -> object:
    """Converts a cell to the value of a fact of a type: `;` separates the members of a set."""
    if kind is FactType.SET:
        return [word.strip() for word in text.split(";") if word.strip()]
    if kind is FactType.YES_NO and text.lower() in ("true", "yes", "false", "no"):
        return text.lower() in ("true", "yes")
    return int(text) if kind is FactType.COUNT and re.fullmatch(r"[0-9]{1,12}", text) else text
