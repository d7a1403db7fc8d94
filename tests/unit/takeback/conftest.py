"""Builders of policy files and a runner of commands, shared by the tests of the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.policies.starter import Answers, Payer, Remedy, policy_text
from takeback.app import app

Run = Callable[..., Result]
Write = Callable[[str, str], Path]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `takeback` in an empty folder, as if its output were piped into 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *arguments, **more: CliRunner().invoke(app, list(arguments), **more)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file into the folder in which commands run."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return written


def standard(**changes: object) -> str:
    """The text of a typical policy: 30 days, credit, the consumer pays."""
    usual: dict[str, object] = {
        "policy": "acme/standard",
        "currency": "USD",
        "first_day": date(2025, 1, 1),
        "days": 30,
        "remedy": Remedy.CREDIT,
        "payer": Payer.CONSUMER,
        "packaging": False,
    }
    return policy_text(Answers(**{**usual, **changes}))  # type: ignore[arg-type]


@pytest.fixture
def policy(write: Write) -> str:
    """A typical policy in `returns.yaml`."""
    write("returns.yaml", standard())
    return "returns.yaml"
