"""One broken sheet of orders after another: imported whole, or each fault named by its place."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Final

from adapters.store.connection.address import SqliteFile
from adapters.store.database import open_store
from adapters.store.orders_csv import COLUMNS, CsvFaults
from engine.policy.register.built_in import SENT
from services.orders.importing import import_orders
from takeback.demo.load import load
from tests.faults.fuzzing import mutants, nasties
from tests.faults.fuzzing.complaints import Complaint, check_sentence
from tests.faults.fuzzing.requests import NOW, SECOND

HEAD: Final = ("order", "line", "sku", "quantity", "unit_price", "currency", "ordered")
ROW: Final = ("F-1", "1", "FLASK-1L", "2", "24.50", "USD", "2025-05-01")
MORE: Final = {
    "partner": "acme-supply",
    "returned": "1",
    "location": "supplier_warehouse",
    "country": "US",
    "channel": "online",
    "delivered": "2025-05-05",
    "discount_percent": "10%",
    "first_order_with_brand": "yes",
    "membership": "plus",
    "buyer_type": "consumer",
}


def text_of(seed: int, index: int) -> str:
    """The broken sheet of that number."""
    random = Random(f"sheet {seed} {index}")
    extra = random.sample([*MORE], random.randrange(len(MORE)))
    rows = [[f"F-{seed}-{index}", *ROW[1:], *(MORE[name] for name in extra)] for _ in range(3)]
    for number, row in enumerate(rows[: random.randrange(1, 4)], 1):
        row[1] = str(number)
    cells = [[*HEAD, *extra], *rows]
    for _ in range(random.choice((0, 1, 1, 2, 3))):
        row = random.choice(cells)
        row[random.randrange(len(row))] = random.choice(
            (*nasties.SCALARS, *nasties.CHARACTERS, *COLUMNS, *SENT, "", "1e5", '"', 'a"b')
        )
    mark = random.choice((*[","] * 12, ";", "\t"))
    text = random.choice(("\n", "\n", "\r\n")).join(mark.join(row) for row in cells)
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        text = random.choice(mutants.ON_TEXT)(text, random)
    return text


class Trial:
    """Imports sheets by their number; raises `Complaint` for whatever is not as it must be."""

    shown = staticmethod(text_of)

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._folder = tempfile.TemporaryDirectory(prefix="takeback-fuzz-")
        file = Path(self._folder.name) / "takeback.sqlite"
        self._store = open_store(SqliteFile(path=file), lambda: NOW)
        load(self._store, NOW.date())
        self._database = sqlite3.connect(file)
        with self._store.session():
            (northwind,) = [self._store.partners.by_handle("northwind")]
            assert northwind
            self._northwind = self._store.partners.acting(northwind)

    def close(self) -> None:
        """Takes the store away."""
        self._database.close()
        self._store.close()
        self._folder.cleanup()

    def attempt(self, index: int) -> str:
        """What became of one sheet."""
        text = text_of(self._seed, index)
        before, began = self._rows(), time.process_time()
        try:
            with self._store.session(), self._store.atomic():
                count = len(import_orders(self._store, self._northwind, text, "acme-supply").added)
            outcome = "imported"
        except CsvFaults as error:
            count, outcome = 0, f"refused: {error.faults[0].code}"
            lines = len(text.splitlines()) + 1
            for fault in error.faults:
                check_sentence(fault.message)
                str(fault).encode()
                if not 1 <= fault.line <= lines:
                    raise Complaint(f"no place of the sheet: {fault}") from None
        if time.process_time() - began > SECOND:
            raise Complaint(f"importing took {time.process_time() - began:.1f} seconds")
        if self._rows() - before != count:
            raise Complaint(f"{outcome}, and {self._rows() - before} orders were stored")
        return outcome

    def _rows(self) -> int:
        ((count,),) = self._database.execute("SELECT count(*) FROM purchase")
        return int(count)
