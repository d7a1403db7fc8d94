"""What is remembered of documents is bounded, whatever their senders call their operations."""

from __future__ import annotations

import pytest

from returns_api.prices import PRICES
from returns_api.schema import core_schema
from returns_api.serving.bodies import MOST_OF_A_NAME, Refused, _asked
from returns_api.serving.costs import Costs
from returns_api.serving.documents import REMEMBERED, Documents
from returns_api.serving.guesses import bearer_of, digest
from returns_api.serving.limits import MOST_CHARACTERS


@pytest.fixture
def documents() -> Documents:
    return Documents(core_schema(), Costs(core_schema(), PRICES), open_=False)


def test_a_wrong_name_and_a_text_that_is_too_long_are_not_remembered(documents: Documents) -> None:
    text = "query A { __typename }"
    for name in ("B", "C", "D"):
        assert documents.choose(text, name).kind is None
        assert documents.choose(f"{text} # {name * MOST_CHARACTERS}", None).prepared.errors

    assert documents.choose(text, "A").kind is not None
    made = documents._told
    assert (made.prepared.cache_info().currsize, made.chosen.cache_info().currsize) == (1, 1)


@pytest.mark.parametrize("name", ["A", "B"])
def test_what_nobody_pays_for_is_made_ready_once(documents: Documents, name: str) -> None:
    """However many others come in between; `B` is no operation of the document."""
    text = "query A { __typename }"
    before = documents.choose(text, name, registered=True)

    for number in range(REMEMBERED + 1):
        documents.choose(f"{{ a{number}: __typename }}", None)

    assert documents.choose(text, name, registered=True).prepared is before.prepared


def test_a_name_of_an_operation_is_short() -> None:
    said = {"query": "{ __typename }", "operationName": "A" * MOST_OF_A_NAME}
    assert _asked(said, reads_only=False).operation
    with pytest.raises(Refused, match="at most 200"):
        _asked({**said, "operationName": "A" * (MOST_OF_A_NAME + 1)}, reads_only=False)


def test_a_key_waits_in_one_lane_however_its_header_is_written() -> None:
    ways = ("Bearer tb_x", "bearer  tb_x ", "BEARER tb_x")
    assert len({digest(bearer_of(way)) for way in ways}) == 1
