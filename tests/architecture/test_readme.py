"""What the README and the guide tell people to type exists."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from takeback.app import app

ROOT = Path(__file__).parents[2]
GUIDE = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands_shown(program: str, *pages: Path) -> list[str]:
    """Every line that starts with `program` in a block of shell, without its comment."""
    texts = [page.read_text(encoding="utf-8") for page in pages]
    blocks = [block for text in texts for block in re.findall(r"(?ms)^```sh\n(.*?)^```", text)]
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if Path(line.partition(" ")[0]).name == program]


def targets_of_the_makefile() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([\w-]+):", text, re.MULTILINE))


@pytest.mark.parametrize("command", commands_shown("make", ROOT / "README.md"))
def test_a_make_target_of_the_readme_exists(command: str) -> None:
    targets = {word for word in command.split()[1:] if "=" not in word and word[0] != "-"}

    assert targets <= targets_of_the_makefile()


@pytest.mark.parametrize("command", commands_shown("takeback", *GUIDE))
def test_a_command_that_is_shown_exists_with_its_options(command: str) -> None:
    arguments = shlex.split(re.split(r" [|&>]", command)[0])[1:]

    result = CliRunner().invoke(app, [*arguments, "--help"])

    assert result.exit_code == 0, result.output
