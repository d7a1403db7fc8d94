"""Silences of a clock with `readings`: keys beside them, and keys that none of them can use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from string import ascii_uppercase
from typing import Final

from engine.policy.printing.yaml import flow
from engine.policy.text import Items, Map, as_map, scalar
from engine.policy.topics.clocks import ENDS, IN_A_READING
from engine.publishing.checks.silences.written import Kind, Silence, Written

_NO_READING: Final = (*ENDS, "counted_from", "by", "if_silent", "must_start")
"""Keys that every reading states itself, or that none may state."""
_OF_DAYS: Final = ("counting", "roll", "extended_by", "pauses")
_BESIDE: Final = (
    "`{key}` stands beside `readings` and is ignored: what no reading says holds for none of them."
)
_CLOCK: Final = (*IN_A_READING, "by", "if_silent")


def reading_silences(written: Written) -> Iterator[Silence]:
    """Reports the silences of one row of a deadline that has readings."""
    yield from _beside_readings(written)
    yield from _going_on(written)
    yield from _weighed(written)


def _beside_readings(written: Written) -> Iterator[Silence]:
    """Reports keys beside `readings`: a whole reading if they have an end, else part of each."""
    readings, keys = _readings(written), list(_stray(written))
    end = next((key for key in ENDS if key in keys and key in written.own.entries), None)
    if end is not None:
        yield _third_reading(written, end, [key for key in keys if key in written.own.entries])
        return
    for key in keys:
        inherited = key not in written.own.entries
        put = _into(readings, key, written)
        yield from written.silence(
            key,
            _BESIDE.format(key=key),
            place=written.own if put else _place(written, key),
            put=put,
            drop=() if inherited and put else (key,),
            at=_place(written, key).key_source(key),
            always=True,
        )


def _stray(written: Written) -> Iterator[str]:
    readings = _readings(written)
    for key in (key for key in _CLOCK if written.place(key) is not None):
        inherited = key not in written.own.entries
        if not (inherited and all(_needs_none(reading, key) for reading in readings)):
            yield key


def _third_reading(written: Written, end: str, keys: list[str]) -> Silence:
    """Reports a whole clock beside `readings`, which would be one more way to read the text."""
    names = [each.text_of("id") for each in _readings(written)]
    name = next(each for each in ascii_uppercase if each not in names)
    kept = {key: written.own.entries[key] for key in keys if key not in ("by", "if_silent")}
    third = as_map({"id": name, **kept}, written.own.source)
    return Silence(
        key=end,
        place=written.own,
        row=written.row,
        says=f"`{written.row.id}`: {_BESIDE.format(key=end)}",
        put={"readings": [*written.list_of("readings"), third]},
        drop=tuple(keys),
        advice=f"Write it as a reading of its own, `{flow(third)}`, or leave it out.",
        kind=Kind.NOT_AS_WRITTEN,
    )


def _place(written: Written, key: str) -> Map:
    return written.place(key) or written.own


def _readings(written: Written) -> list[Map]:
    return [each for each in written.list_of("readings") if isinstance(each, Map)]


def _needs_none(reading: Map, key: str) -> bool:
    """Returns whether a reading has a key, or another end instead, or could not use it."""
    says = any(each in reading.entries for each in (ENDS if key in ENDS else (key,)))
    length = key != "counted_from" or any(each in reading.entries for each in ("within", "under"))
    return says or not (_can_heed(reading, key) and length)


def _into(readings: list[Map], key: str, written: Written) -> dict[str, object]:
    """Returns the readings with a key of the clock added, if each of them can use it."""
    node, listed = written.node(key), written.node("readings")
    if key in _NO_READING or node is None or not isinstance(listed, Items) or flow(node) == "go_on":
        return {}
    if not all(_can_heed(reading, key) for reading in readings):
        return {}
    each = [one if key in one.entries else one.with_entry(key, node) for one in readings]
    return {"readings": replace(listed, items=tuple(each))}


def _can_heed(reading: Map, key: str) -> bool:
    length = reading.text_of("within") or reading.text_of("under")
    return key not in _OF_DAYS or (bool(length) and "hour" not in length and "clock" not in length)


def _going_on(written: Written) -> Iterator[Silence]:
    """Reports `go_on` in a reading: if the readings disagree, being late is refused anyway."""
    for reading in _readings(written):
        for key in ("if_late", "if_early"):
            if reading.text_of(key) == "go_on":
                yield Silence(
                    key=key,
                    place=reading,
                    row=written.row,
                    says=f"`{written.row.id}`: where the readings disagree, this one is a refusal, "
                    f"and `{key}: go_on` is ignored.",
                    advice=f"Write each reading as a clock of its own: `{_apart(written)}`; then "
                    "a row of `eligibility` can ask both.",
                    drop=(key,),
                )


def _apart(written: Written) -> str:
    part, clocks = str(written.table.part), []
    for reading in _readings(written):
        bare = reading.without("id", "because", "clause", "if_late", "if_early")
        said = flow(bare.with_entry("if_late", scalar("go_on", reading.source)))
        clocks.append(f"{part}_{reading.text_of('id').lower()}: {said}")
    return f"deadlines: {{{', '.join(clocks)}}}"


def _weighed(written: Written) -> Iterator[Silence]:
    """Reports readings under `longest` or `shortest`: ends on different days have no order."""
    table, around = written.table, written.around
    if around is None or len(table.rows) < 2 or table.decide not in ("longest", "shortest"):
        return
    yield Silence(
        key="decide",
        place=around,
        row=written.row,
        kind=Kind.NOT_AS_WRITTEN,
        says=f"`{written.row.id}` has readings, and a clock that can be read in two ways has no "
        f"one end: `decide: {table.decide}` weighs it as if it had none.",
        put={"decide": "first"},
    )
