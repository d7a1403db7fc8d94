"""Reads the facts of a scenario from options, a file or an embedded test."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import typer

from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile
from engine.policy.faults import Source, listed, nearest
from engine.policy.text import Map, from_data, parse, to_data
from services.policies import scenarios
from services.policies.scenarios import Scenario
from takeback.files import Unreadable, read_text

NOT_SENT: Final = "not_sent"
"""A value that removes a fact, as in a policy's own tests."""


def with_facts(scenario: Scenario, more: Mapping[str, object]) -> Scenario:
    """Returns the scenario with facts added, replaced or removed; `lines` and `agreed` are no
    facts.
    """
    given = {**scenario.given, **more}
    lines, agreed = given.pop("lines", None), given.pop("agreed", None)
    return Scenario(
        given={name: value for name, value in given.items() if value != NOT_SENT},
        lines=_lines(lines) if lines is not None else scenario.lines,
        agreed=_joined(scenario.agreed, agreed) if agreed is not None else scenario.agreed,
        edits=scenario.edits,
    )


def of_case(file: PolicyFile, name: str) -> Scenario:
    """Returns the scenario of an embedded test; raises a usage error that names the
    nearest test.
    """
    cases = {case.name: case for case in file.policy.cases}
    if name not in cases:
        near = nearest(name, cases) or f" It has {listed(cases)}."
        raise typer.BadParameter(f"{file.file} has no test `{name}`.{near}", param_hint="--case")
    return scenarios.of_case(cases[name])


def of_file(path: Path) -> dict[str, object]:
    """Returns the facts of a YAML or JSON file."""
    data = data_of(path, "--given-file")
    if not isinstance(data, dict):
        raise typer.BadParameter(f"{path} must be a map of facts.", param_hint="--given-file")
    return data


def data_of(path: Path, option: str) -> object:
    """Returns the content of a YAML or JSON file; raises a usage error that says what is wrong."""
    text = read_text(path)
    if isinstance(text, Unreadable):
        raise typer.BadParameter(text.sentence, param_hint=option)
    try:
        return json.loads(text) if path.suffix == ".json" else to_data(parse(text, str(path)))
    except PolicyFaults as error:
        raise typer.BadParameter(str(error.faults[0]), param_hint=option) from None
    except ValueError as error:
        raise typer.BadParameter(f"{path} is not JSON: {error}.", param_hint=option) from None


def of_pairs(texts: Iterable[str], option: str, *, once: bool = False) -> dict[str, object]:
    """Reads facts written as `name=value`; values are YAML words, numbers or lists.

    A later value takes the place of an earlier one, unless each name may be said only `once`.
    """
    found: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            sentence = f"`{text}` is not `name=value`, such as `ordered=2025-03-01`."
            raise typer.BadParameter(sentence, param_hint=option)
        if once and name.strip() in found:
            raise typer.BadParameter(f"`{name.strip()}` is said twice.", param_hint=option)
        found[name.strip()] = value_of(value.strip(), option)
    return found


def of_lines(texts: Iterable[str]) -> tuple[dict[str, object], ...]:
    """Reads lines of a return: `name=value; name=value`, or a YAML map in braces."""
    return tuple(_line(text.strip()) for text in texts)


def agreed_of(texts: Iterable[str]) -> dict[str, object] | None:
    """Reads values agreed with a partner, written as `name=value`."""
    return of_pairs(texts, "--agreed") or None


def value_of(text: str, option: str) -> object:
    """Reads a value as written in a policy: a word, a number, an amount, a list or a map."""
    try:
        return to_data(parse(f"value: {text}", option).entries["value"])
    except PolicyFaults:
        if text.startswith(("[", "{")):
            raise typer.BadParameter(
                f"`{text}` is not a list; write `[one, two]`.", param_hint=option
            ) from None
        return text  # for example a sentence with a colon


def _line(text: str) -> dict[str, object]:
    if not text.startswith("{"):
        return of_pairs([part for part in text.split(";") if part.strip()], "--line")
    return _facts(value_of(text, "--line"))


def _lines(data: object) -> tuple[dict[str, object], ...]:
    if not isinstance(data, list):
        raise typer.BadParameter("`lines` is a list of maps.", param_hint="--given")
    return tuple(_facts(line) for line in data)


def _facts(data: object) -> dict[str, object]:
    if not isinstance(data, dict):
        raise typer.BadParameter("A line is a map of facts.", param_hint="--line")
    return {str(name): value for name, value in data.items()}


def _joined(before: Map | None, data: object) -> Map:
    node = from_data(data, Source("--agreed", 1, 1))
    if not isinstance(node, Map):
        raise typer.BadParameter("`agreed` is a map of values.", param_hint="--agreed")
    return Map(
        source=node.source,
        entries={**(before.entries if before else {}), **node.entries},
        keys={**(before.keys if before else {}), **node.keys},
    )
