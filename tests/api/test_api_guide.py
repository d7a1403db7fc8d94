"""docs/api.md: every block of it runs, in each language, against a server.

The blocks of a language are one program, as a reader pastes them one after the other; what the page
shows as answers has the shape of what the server answers.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from ast import literal_eval
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from services.orders.adding import add_orders
from tests.api.conftest import Served, order
from tests.api.test_npm_clients import REQUIRED, node_and_npm, project, run

__all__ = ["project"]  # a fixture

PAGE: Final = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
SETTINGS: Final = ("TAKEBACK_URL", "TAKEBACK_KEY", "TAKEBACK_ORDER")
NEWEST: Final = (22, 18)
"""The Node that reads TypeScript as it is."""

Command = Callable[[Path], list[str]]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def programs() -> dict[str, str]:
    """By language; the block that sets what the tests set is left out of the shell's."""
    setting, *asking = blocks("sh")
    assert tuple(re.findall(r"^export (\w+)=", setting, re.MULTILINE)) == SETTINGS
    return {"sh": "".join(asking), "python": "".join(blocks("python")), "ts": "".join(blocks("ts"))}


def node(file: Path) -> list[str]:
    found = node_and_npm()
    version = found and subprocess.check_output([found[0], "--version"], text=True)
    if not version or tuple(map(int, re.findall(r"\d+", version)[:2])) < NEWEST:
        sentence = f"TypeScript is not tried: there is no Node of {NEWEST[0]}.{NEWEST[1]} or newer."
        pytest.fail(sentence, pytrace=False) if REQUIRED else pytest.skip(sentence)
    return [found[0], str(file)]  # type: ignore[index]


COMMANDS: Final[dict[str, Command]] = {
    "sh": lambda file: [str(shutil.which("sh")), "-eu", str(file)],
    "python": lambda file: [sys.executable, str(file)],
    "ts": node,
}


def answers(said: str) -> Iterator[Any]:
    """What a program printed: one answer after another, as JSON or as Python shows it."""
    if said.startswith("{'"):
        yield from map(literal_eval, said.splitlines())
        return
    decoder, at = json.JSONDecoder(), 0
    while at < len(said):
        found, end = decoder.raw_decode(said, at)
        yield found.get("data", found)
        at = end + len(said[end:]) - len(said[end:].lstrip())


def shape(value: Any) -> Any:
    """The names in an answer, and the kinds of what they hold."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value[:1]]
    return type(value).__name__


@pytest.mark.parametrize("served", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", COMMANDS)
def test_the_blocks_of_a_language_bring_a_return_and_answer_as_shown(
    served: Served, tmp_path: Path, language: str
) -> None:
    number = f"API-{language}"
    with served.parts.store.session():
        northwind = served.parts.store.partners.by_handle("northwind")
        assert northwind is not None
        acting = served.parts.store.partners.acting(northwind)
        add_orders(served.parts.store, acting, [order(number, "acme", "northwind")])
    file = tmp_path / f"first.{language}"
    file.write_text(programs()[language], encoding="utf-8")
    values = (served.address, served.callers["northwind"].key, number)

    ended = subprocess.run(
        COMMANDS[language](file),
        cwd=tmp_path,
        env={**os.environ, **dict(zip(SETTINGS, values, strict=True))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = list(answers(ended.stdout))
    assert list(map(shape, found)) == [shape(json.loads(each)) for each in blocks("json")]
    (made,), (listed,) = found[2]["requestReturn"]["returns"], found[3]["returns"]["nodes"]
    assert {**made, "nextSteps": listed["nextSteps"]} == listed
    assert listed["state"] == "APPROVED"


def test_the_types_of_the_page_hold(project: Path) -> None:
    shutil.rmtree(project / "src")
    (project / "src").mkdir()
    (project / "src" / "first.ts").write_text(programs()["ts"], encoding="utf-8")

    run(["node_modules/typescript/bin/tsc", "--noEmit"], project)
