"""Every case of every policy, and random ones, are derived again elsewhere, byte for byte.

They are decided here once, and derived in other processes that share nothing with this one but the
store: another hash seed, time zone, locale and order, and no memory of what was decided before.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from adapters.store.connection.address import SqliteFile
from adapters.store.database import open_store
from engine.policy.editions import load
from engine.policy.model import Case
from engine.policy.text import to_data
from engine.publishing.suite import taken_away
from takeback.policy_cache import Library
from takeback.settings import policies_folder
from tests.history import MOMENT, History
from tests.meanings import meaning_faults
from tests.policies.judged import FILES, base
from tests.policies.test_policies import opened
from tests.properties.making import Maker, facts

ROOT = Path(__file__).parents[2]
RANDOM_POLICIES = 3
TOKYO = {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
NEW_YORK = {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"}


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> tuple[SqliteFile, Counter[str]]:
    """A store with all of them, and how many there are of each kind."""
    address = SqliteFile(path=tmp_path_factory.mktemp("replay") / "takeback.sqlite")
    with (
        closing(open_store(address, lambda: MOMENT)) as store,
        closing(Library(policies_folder())) as library,
    ):
        history, kinds = History(store, library), Counter[str]()
        for path in FILES:
            kinds += decided_cases(history, path)
        random = Random(20_250_601)
        for number in range(RANDOM_POLICIES):
            kinds["random"] += decided_at_random(history, random, number)
    return address, kinds


def decided_cases(history: History, path: Path) -> Counter[str]:
    """Every case that a published edition can decide, and the first ones as one return.

    A test with edits is of another policy.
    """
    edition = history.publish(path.read_text("utf-8"), base)
    made: Counter[str] = Counter()
    for case in opened(path).policy.cases:
        expect = to_data(case.expect)
        if not case.edits and "publish" not in expect:  # type: ignore[operator]
            made[decided_case(history, edition, case)] += 1
    plain = [case for case in opened(path).policy.cases if not case.lines and not case.agreed]
    lines = [to_data(case.given) for case in plain[:3]]
    if lines:
        history.decide_return(edition, lines[0], lines)  # type: ignore[arg-type]
        made["return"] += 1
    return made


def decided_case(history, edition, case: Case) -> str:  # type: ignore[no-untyped-def]
    given, terms = to_data(case.given), to_data(case.agreed) if case.agreed else {}
    if not case.lines:
        history.decide(edition, given, terms)
        return "line"
    shared, lines = taken_away(given, [to_data(line) for line in case.lines])
    history.decide_return(edition, shared, lines, terms)
    return "return"


def decided_at_random(history: History, random: Random, number: int) -> int:
    """Lines and a return under a random policy; none if it unfolds too widely for the network."""
    text = Maker(random).text().replace("random/policy", f"random/policy-{number}")
    policy = load(text, "random.yaml").policy
    if "too_large" in [fault.code for fault in meaning_faults(policy)]:
        return 0
    edition = history.publish(text)
    for _ in range(10):
        history.decide(edition, facts(random))
    shared = {"requested": "2024-03-12", "now": "2024-06-15"}
    lines = [{**facts(random), **shared} for _ in range(3)]
    history.decide_return(edition, shared, lines)
    return 14


def replayed(address: SqliteFile, *more: str, **environment: str) -> dict[str, object]:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from takeback.cli import main; main()",
            "replay",
            "--all",
            "--format",
            "json",
            *more,
        ],
        env=os.environ
        | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'graphql'}"}
        | {"TAKEBACK_DATABASE_URL": str(address), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_all_cases_come_out_the_same_elsewhere(decided: tuple[SqliteFile, Counter[str]]) -> None:
    address, kinds = decided

    found = replayed(address, **TOKYO)

    assert found["decisions"] == []
    assert found["findings"]["same"] == found["replayed"]  # type: ignore[index]
    assert found["replayed"] >= kinds.total()  # type: ignore[operator]
    assert kinds["line"] >= 300
    assert kinds["return"] >= len(FILES) - 2
    assert kinds["random"] > 25


def test_plain_python_alone_gives_the_same(decided: tuple[SqliteFile, Counter[str]]) -> None:
    found = replayed(decided[0], "--plain", **NEW_YORK)

    assert found["decisions"] == []
    assert found["findings"]["same"] == found["replayed"] > 0  # type: ignore[index]
