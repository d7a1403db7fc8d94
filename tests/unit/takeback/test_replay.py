"""`takeback replay` says how many decisions came out the same, and names what did not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import Result

from adapters.store.connection.address import SqliteFile
from adapters.store.database import open_store
from adapters.store.records import Decided, Edition
from returns_api.types.ids import NodeKind, encode
from takeback.policy_cache import Library
from takeback.settings import policies_folder
from tests.history import MOMENT, History, alter
from tests.unit.takeback.conftest import standard

Run = Callable[..., Result]

GIVEN = {
    "ordered": "2025-03-01",
    "delivered": "2025-03-05",
    "requested": "2025-03-10",
    "item_price": "USD 40.00",
}
FORGED = "UPDATE decision SET record = replace(record, '\"minor\":4000', '\"minor\":4001')"


@pytest.fixture
def file(tmp_path: Path) -> SqliteFile:
    return SqliteFile(path=tmp_path / "store.sqlite")


@pytest.fixture
def history(file: SqliteFile) -> Iterator[History]:
    with (
        closing(open_store(file, lambda: MOMENT)) as store,
        closing(Library(policies_folder())) as library,
    ):
        yield History(store, library)


@pytest.fixture
def edition(history: History) -> Edition:
    return history.publish(standard())


@pytest.fixture
def three(history: History, edition: Edition) -> list[Decided]:
    """Decisions on three days in a row."""
    made = []
    for day in range(3):
        history.moment = MOMENT + timedelta(days=day)
        made.append(history.decide(edition, GIVEN))
    return made


@pytest.fixture
def replay(run: Run) -> Run:
    return lambda *options: run("replay", "--database", "sqlite:///store.sqlite", *options)


def ident(decided: Decided) -> str:
    return encode(NodeKind.DECISION, decided.id)


def test_all_that_come_out_the_same_are_counted(replay: Run, three: list[Decided]) -> None:
    result = replay("--all")

    assert result.exit_code == 0
    assert result.stdout == "3 decisions replayed: 3 same\n"
    assert result.stderr == ""


def test_one_is_named_by_the_id_that_the_api_gave(replay: Run, three: list[Decided]) -> None:
    assert replay(ident(three[0])).stdout == "1 decision replayed: 1 same\n"
    assert replay(three[1].id).stdout == "1 decision replayed: 1 same\n"


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--from", "2025-06-02"], 2),
        (["--to", "2025-06-02"], 2),
        (["--from", "2025-06-02", "--to", "2025-06-02"], 1),
        (["--policy", "acme/standard"], 3),
        (["--policy", "acme/standard", "--to", "2025-06-01"], 1),
        (["--all", "--policy", "acme/standard", "--plain"], 3),
    ],
)
def test_a_range_has_both_its_days(
    replay: Run, three: list[Decided], options: list[str], count: int
) -> None:
    result = replay(*options)

    assert result.exit_code == 0
    assert f"{count} same" in result.stdout


def test_what_differs_is_named_with_the_decision(
    replay: Run, three: list[Decided], file: SqliteFile
) -> None:
    alter(file, "decision", f"{FORGED} WHERE id = '{three[1].id}'")

    result = replay("--all")

    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[0] == (
        f"{ident(three[1])}  2025-06-02T12:00:00Z  altered: what is kept was altered; the record "
        "no longer fits its digest; what is derived now does"
    )
    assert "    net: USD 40.01 → USD 40.00" in lines
    assert lines[-1] == "3 decisions replayed: 2 same, 1 altered"


def test_json_holds_every_count_and_every_difference(
    replay: Run, three: list[Decided], file: SqliteFile
) -> None:
    alter(file, "decision", f"{FORGED} WHERE id = '{three[1].id}'")

    data = json.loads(replay("--all", "--format", "json").stdout)

    (one,) = data["decisions"]
    assert (data["replayed"], data["not_shown"]) == (3, 0)
    assert data["findings"]["same"] == 2
    assert (one["id"], one["finding"]) == (ident(three[1]), "altered")
    assert {"path": "net", "was": "USD 40.01", "now": "USD 40.00"} in one["differences"]


def test_only_some_dozens_are_shown_unless_every_one_is_asked_for(
    replay: Run, history: History, edition: Edition, file: SqliteFile
) -> None:
    for _ in range(45):
        history.decide(edition, GIVEN)
    alter(file, "decision", FORGED)

    some, every = replay("--all"), replay("--all", "--every")
    data = json.loads(replay("--all", "--format", "json").stdout)

    assert some.stdout.count("  altered: ") == 40
    assert "and 5 more decisions not shown; --every shows all" in some.stdout
    assert every.stdout.count("  altered: ") == 45
    assert (len(data["decisions"]), data["not_shown"]) == (40, 5)


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["x", "--all"],
        ["x", "--from", "2025-06-01"],
        ["--all", "--to", "2025-06-01"],
        ["--from", "2025-06-31"],
        ["--from", "2025-06-02", "--to", "2025-06-01"],
        ["nothing"],
        ["--policy", "acme/none"],
        ["--to", "2020-01-01"],
        ["--to", "9000-12-31", "--from", "9000-12-31"],
    ],
)
def test_wrong_use_and_nothing_to_replay_end_with_2(
    replay: Run, three: list[Decided], options: list[str]
) -> None:
    result = replay(*options)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr != ""
