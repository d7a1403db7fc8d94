"""Two parties against each other, at random: no claim moves more than the policy gives for it.

TAKEBACK_TEST_PARTIES sets how many scripts are played, 45 unless said;
HYPOTHESIS_PROFILE=exploring draws others than each time.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from adapters.store.connection.address import SqliteFile
from services.returns import facts as doors
from takeback.settings import Profile
from tests.api.conftest import Served, serve
from tests.parties.arena import Arena, opened
from tests.parties.script import Violation, try_seeds, written

RUNS: Final = int(os.environ.get("TAKEBACK_TEST_PARTIES", "45"))
_EXPLORING: Final = os.environ.get("HYPOTHESIS_PROFILE") == "exploring"
FIRST: Final = secrets.randbelow(10**9) if _EXPLORING else 0
TO_FIND: Final = 400
"""Scripts within which a planted fault must be found."""


@pytest.fixture(scope="module")
def arena(served: Served) -> Iterator[Arena]:
    with opened(served) as made:
        yield made


@pytest.fixture(scope="module")
def tampered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """One for planted faults: what finds them is the trial, whatever the database."""
    file = SqliteFile(path=tmp_path_factory.mktemp("tampered") / "takeback.sqlite")
    for served in serve(file, Profile.DEVELOPMENT):
        with opened(served) as made:
            yield made


def test_a_retailer_gains_nothing_by_what_it_says(arena: Arena) -> None:
    before = len(arena.gains())

    try_seeds(arena, range(FIRST, FIRST + RUNS))

    assert len(arena.gains()) - before > RUNS / 6, "the law was tried on next to nothing"


def test_a_seed_is_the_same_script_each_time() -> None:
    assert [written(seed) for seed in range(20)] == [written(seed) for seed in range(20)]


def believing(*names: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Takes facts from whoever says them, and so does not look at the record either."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        checked = doors.check_said

        def check(fact: Any, *said: Any) -> None:
            if fact.name not in names:
                checked(fact, *said)

        patch.setattr(doors, "check_said", check)
        left = tuple(name for name in doors._ON_RECORD if name not in names)
        patch.setattr(doors, "_ON_RECORD", left)

    return plant


def any_day(patch: pytest.MonkeyPatch) -> None:
    """Lets anybody say the day of a request."""
    patch.setattr(doors, "check_may_date", lambda *_: None)


@pytest.mark.parametrize(
    "plant",
    [
        pytest.param(believing("outbound_paid"), id="outbound_paid"),
        pytest.param(believing("item_price"), id="item_price"),
        pytest.param(any_day, id="requested_on"),
    ],
)
def test_a_word_that_is_believed_of_the_wrong_one_is_found(
    tampered: Arena, plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)

    with pytest.raises(Violation) as found:
        try_seeds(tampered, range(TO_FIND))

    assert str(found.value).count("\n") <= 4, found.value  # what sold it, and what took it
