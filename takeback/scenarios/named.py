"""Reads scenarios with their names: from a file of facts, from a table, or from embedded tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

import typer

from adapters.headings import nearest_column, not_a_table
from services.policies.scenarios import Named, Scenario
from takeback.files import Unreadable, read_text
from takeback.scenarios import facts as s

NAME: Final = "name"
"""The column, or key, that names a scenario."""


def of_file(path: Path) -> Iterator[Named]:
    """Reads a map of facts; `usual` and `cases` as in the tests of a policy; in JSON
    also a list.
    """
    data = s.data_of(path, "--scenario")
    if not isinstance(data, dict):
        yield from _listed(data, {}, path)
    elif "cases" in data:
        usual = _map(data.get("usual", {}), path)
        yield from _listed(data["cases"], usual, path)
    else:
        yield _named(data, path.stem, {}, path)


def of_table(path: Path, facts: Collection[str]) -> Iterator[Named]:
    """Reads the rows of a CSV file with a column for each fact; an empty cell is not sent."""
    known = [NAME, *facts]
    text = read_text(path)
    if isinstance(text, Unreadable):
        raise typer.BadParameter(text.sentence, param_hint="--cases")
    rows = csv.DictReader(io.StringIO(text), strict=True)
    try:
        if said := not_a_table(rows.fieldnames or ()):
            raise typer.BadParameter(f"`{path}`: {said}", param_hint="--cases")
        for column in map(str.strip, rows.fieldnames or ()):
            if column not in known and not column.startswith("agreed."):
                said = f"`{path}`: there is no fact `{column[:60]}`.{nearest_column(column, known)}"
                raise typer.BadParameter(said, param_hint="--cases")
        for number, row in enumerate(rows, 1):
            yield _row(row, number, path)
    except csv.Error as error:
        said = f"`{path}` line {rows.line_num} is not CSV: {error}."
        raise typer.BadParameter(said, param_hint="--cases") from None


def _row(row: Mapping[str | None, str | None], number: int, path: Path) -> Named:
    if None in row:
        said = f"`{path}`: row {number} has more cells than the first line has names."
        raise typer.BadParameter(said, param_hint="--cases")
    cells = {str(key).strip(): (cell or "").strip() for key, cell in row.items()}
    name = cells.pop(NAME, "") or f"row {number}"
    given = {key: s.value_of(cell, "--cases") for key, cell in cells.items() if cell}
    return Named(name=name, scenario=s.with_facts(Scenario(given={}), given))


def _listed(data: object, usual: dict[str, object], path: Path) -> Iterator[Named]:
    if not isinstance(data, list):
        raise typer.BadParameter(f"`{path}`: `cases` is a list.", param_hint="--scenario")
    for number, item in enumerate(data, 1):
        yield _named(_map(item, path), f"case {number}", usual, path)


def _named(data: dict[str, object], name: str, usual: dict[str, object], path: Path) -> Named:
    """Reads a map of facts, or `name` and `given` as in a test; ignores what it expects."""
    facts = _map(data["given"], path) if "given" in data else data
    facts = {key: value for key, value in facts.items() if key not in (NAME, "expect")}
    scenario = s.with_facts(s.with_facts(Scenario(given={}), usual), facts)
    return Named(name=str(data.get(NAME, name)), scenario=scenario)


def _map(data: object, path: Path) -> dict[str, object]:
    if not isinstance(data, dict):
        raise typer.BadParameter(f"`{path}`: a case is a map of facts.", param_hint="--scenario")
    return data
