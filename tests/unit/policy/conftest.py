"""Builders: a policy of the topics that a test is about, and the faults of a text."""

from collections.abc import Callable, Mapping

import pytest

from engine.errors import PolicyFaults
from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault
from engine.policy.model import Policy, Row, Table

HEAD = """\
policy: acme/standard
version: 1
effective: {from: 2024-01-01}
currency: USD
"""

Read = Callable[[str], Policy]
Loaded = Callable[..., PolicyFile]
Faults = Callable[..., list[Fault]]


def _load(text: str, bases: Mapping[str, str] | None = None) -> PolicyFile:
    return load(text, "acme.yaml", lambda name, version: (bases or {}).get(f"{name}@{version}"))


@pytest.fixture
def read() -> Read:
    """A policy with the usual header and the topics given."""
    return lambda topics: _load(HEAD + topics).policy


@pytest.fixture
def loaded() -> Loaded:
    """A whole file as it is, with bases by `id@version`."""
    return _load


@pytest.fixture
def faults() -> Faults:
    """What is wrong with the topics given, under the usual header; none for a good policy."""

    def found(topics: str, bases: Mapping[str, str] | None = None, head: str = HEAD) -> list[Fault]:
        try:
            _load(head + topics, bases)
        except PolicyFaults as error:
            return list(error.faults)
        return []

    return found


@pytest.fixture
def row() -> Callable[[Policy, str], Row]:
    """The row of an id."""

    def found(policy: Policy, row_id: str) -> Row:
        return next(row for table in policy.tables() for row in table.rows if row.id == row_id)

    return found


@pytest.fixture
def table() -> Callable[[Policy, str], Table]:
    """The table of a name such as `fees.restocking`."""
    return lambda policy, name: next(each for each in policy.tables() if each.name == name)
