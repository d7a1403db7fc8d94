"""What the README tells people to type exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def commands_shown(program: str) -> list[str]:
    """Every line that starts with `program` in a block of shell, without its comment."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.split()[:1] == [program]]


def targets_of_the_makefile() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([\w-]+):", text, re.MULTILINE))


@pytest.mark.parametrize("command", commands_shown("make"))
def test_a_make_target_of_the_readme_exists(command: str) -> None:
    targets = {word for word in command.split()[1:] if "=" not in word and word[0] != "-"}

    assert targets <= targets_of_the_makefile()
