"""Finds keys that no row uses: of another topic, or beside `rows` that all override them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from engine.policy.printing.yaml import flow
from engine.policy.text import Map, as_map
from engine.policy.topics.rows import beside
from engine.publishing.checks.silences.written import Kind, Silence, Written

_TELL_A_CODE: Final = ("deadlines", "eligibility", "limits", "demands")
"""Topics whose rows give an answer; `clocks` reports those of deadlines."""
_NOT_OF_A_ROW: Final = ("demands", "eligibility", "limits")
"""Topics whose keys beside `rows` do not form a row of their own."""


def code_silences(written: Written, _: object) -> Iterator[Silence]:
    """Reports a code on a row that gives no answer."""
    if written.topic not in _TELL_A_CODE:
        says = f"a row of `{written.topic}` gives no answer, so its `code` has no effect."
        yield from written.silence("code", says, drop=("code",))


def heard(found: Sequence[Silence], rows: Sequence[Written]) -> Iterator[Silence]:
    """Drops the silences of keys beside `rows` that some other row uses."""
    heirs, deaf = (defaultdict[tuple[int, str], set[str]](set) for _ in range(2))
    for row in rows:
        for key in row.inherits:
            heirs[id(row.around), key].add(row.row.id)
    for silence in found:
        deaf[id(silence.place), silence.key].add(silence.row.id if silence.row else "")
    for silence in found:
        place = (id(silence.place), silence.key)
        if silence.always or heirs[place] <= deaf[place]:
            yield silence


def idle_silences(rows: Sequence[Written]) -> Iterator[Silence]:
    """Reports keys beside `rows` that are the default of no row."""
    for table in {row.around.source: row for row in rows if row.around is not None}.values():
        around = table.around
        siblings = [row for row in rows if row.around is around]
        used = {key for row in siblings for key in row.inherits}
        idle = [key for key in (beside(around) if around else ()) if key not in used]
        if idle and around is not None:
            yield _idle(idle, around, table, siblings)


def _idle(idle: list[str], around: Map, table: Written, rows: Sequence[Written]) -> Silence:
    keys = " and ".join(f"`{key}`" for key in idle)
    closed = any(row.row.otherwise for row in rows) or table.topic in _NOT_OF_A_ROW
    stands = "stands" if len(idle) == 1 else "stand"
    says = f"{keys} {stands} beside `rows` for rows that do not say otherwise, and every row does"
    says += "." if closed else ": where no row applies, nothing does."
    name = f"{table.table.part or table.topic}-else".upper().replace("_", "-")
    last = {"id": name, "otherwise": True, **{key: around.entries[key] for key in idle}}
    put = {} if closed else {"rows": [*around.list_of("rows"), as_map(last, around.source)]}
    return Silence(
        key=idle[0],
        place=around,
        says=f"`{table.table.name}`: {says}",
        put=put,
        drop=tuple(idle),
        advice=""
        if closed
        else f"Write it as the last row: `{flow(as_map(last, around.source))}`.",
        kind=Kind.IGNORED if closed else Kind.NOT_AS_WRITTEN,
    )
