"""Shell completion of values: policy files, versions and names of tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from takeback.bases import named
from takeback.files import ENDINGS, read_text, yaml_files
from takeback.opening import Opened, Shelf
from takeback.settings import policies_folder


def policy_files(incomplete: str) -> list[str]:
    """Returns policy files and folders; opens a folder that is the only choice."""
    found = sorted(_beside(incomplete))
    while len(found) == 1 and found[0].endswith("/"):
        below = sorted(_beside(found[0]))
        if not below:
            break
        found = below
    return found


def policies(incomplete: str) -> list[str]:
    """Returns policy files, and `policy@version` of those in this folder and of Takeback's own."""
    names = [name for name in _references() if name.startswith(incomplete)]
    return [*policy_files(incomplete), *sorted(dict.fromkeys(names))]


def test_names(ctx: Any, incomplete: str) -> list[str]:
    """Returns the tests inside the policy named on the command line, quoted for the shell.

    While its option has no value, no parameter is bound yet: the policy is the first word that is
    no option.
    """
    file = next((word for word in ctx.args if not word.startswith("-")), None)
    opened = Shelf((policies_folder(),)).open(Path(file)) if file else None
    if not isinstance(opened, Opened):
        return []
    names = [case.name for case in opened.file.policy.cases if case.name.startswith(incomplete)]
    return [_quoted(name) for name in names]


def _beside(incomplete: str) -> Iterator[str]:
    folder, _, start = incomplete.rpartition("/")
    prefix = f"{folder}/" if "/" in incomplete else ""
    try:
        entries = list(os.scandir(prefix or "."))
    except OSError:
        return
    for entry in entries:
        if not entry.name.startswith(start) or (entry.name.startswith(".") and not start):
            continue
        if entry.is_dir():
            yield f"{prefix}{entry.name}/"
        elif entry.name.endswith(ENDINGS):
            yield f"{prefix}{entry.name}"


def _references() -> Iterator[str]:
    here = (path for path in Path().iterdir() if path.suffix in ENDINGS)
    for path in (*here, *yaml_files(policies_folder())):
        text = read_text(path)
        found = named(text) if isinstance(text, str) else None
        if found:
            yield f"{found[0]}@{found[1]}"


def _quoted(name: str) -> str:
    """Quotes a name for Bash, which inserts a choice as it is; other shells quote it themselves."""
    if os.environ.get("_TAKEBACK_COMPLETE") != "complete_bash":
        return name
    return "".join(f"\\{each}" if each in " '\"\\$`()&;|<>*?[]#!" else each for each in name)
