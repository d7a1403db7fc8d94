"""Broken requests: each is answered by what is wrong with it, and nothing is stored.

A third is put to a server on PostgreSQL.

A request is named by its seed and number: `python -m bench.fuzz requests --show SEED/NUMBER`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest

from adapters.store.connection.address import Address
from tests.faults.fuzzing import documents
from tests.faults.fuzzing.complaints import Complaint
from tests.faults.fuzzing.requests import Served, check
from tests.faults.fuzzing.sending import Sent, request
from tests.faults.fuzzing.watch import watched
from tests.postgres import url

SEED = 20_250_602
NUMBERS = {"sqlite": range(300), "postgresql": range(2_500, 2_720)}


def test_every_broken_request_is_answered_and_a_refused_one_changes_nothing(
    kind: str, make_empty: Callable[[str], Address]
) -> None:
    numbers = NUMBERS[kind]
    report = watched("requests", SEED, numbers, tuple(url(make_empty(kind)) for _ in range(2)))

    assert report.complaints == []
    assert report.count == len(numbers)
    assert report.outcomes["done"] > len(numbers) / 10
    assert len(report.outcomes) > 15  # so that no check hides behind another


@pytest.fixture
def served(
    kind: str, make_empty: Callable[[str], Address], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    monkeypatch.setenv("TAKEBACK_DATABASE_URL", url(make_empty(kind)))
    served = Served()
    yield served
    served.close()


def test_requests_ask_for_every_field_at_the_root() -> None:
    asked = " ".join(documents.documents().values())

    for name in documents.roots():
        assert f" {name}(" in asked or f" {name} {{" in asked


def test_an_unbroken_mutation_is_seen_to_change_the_store(served: Served) -> None:
    before = served.state()
    values = documents.variables("PutProducts", ("x",), Random(1))
    sent = Sent.asking(
        served.keys[documents.SUPPLIER], documents.documents()["PutProducts"], values
    )

    assert served.state() == before
    assert check(sent, *served.put(sent)) == "done"
    assert served.state() != before


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b'{"data": {"a": 1}}'),
        (200, b"{}"),
        (200, b'{"errors": [{"message": "", "extensions": {"code": "a"}}]}'),
        (200, b'{"errors": [{"message": "ValueError: x", "extensions": {"code": "a"}}]}'),
        (200, b'{"errors": [{"message": "SELECT x", "extensions": {"code": "a"}}]}'),
        (200, b'{"errors": [{"message": "in /home/x", "extensions": {"code": "a"}}]}'),
        (200, b'{"errors": [{"message": "x", "extensions": {"code": "internal"}}]}'),
    ],
)
def test_an_answer_that_is_not_as_it_must_be_is_told(status: int, body: bytes) -> None:
    sent = Sent(headers={}, chunks=[])

    with pytest.raises(Complaint):
        check(sent, status, {"content-type": "application/json"}, body)


def test_the_same_seed_and_number_give_the_same_request() -> None:
    def made() -> list[str]:
        return [str(request(Random(f"{n}"), ("a", "b", "c", "d"), ("x",))) for n in range(50)]

    assert made() == made()
