"""Goods are sold again only after somebody graded them as fit for it."""

import pytest

from engine.returns.units import Disposition
from engine.stock.moves import Bucket, StockMove, on_inspection, on_receipt


def test_what_arrives_waits_in_quarantine() -> None:
    assert on_receipt("r1", "TENT", "oakland", 3) == (
        StockMove(
            sku="TENT", location="oakland", bucket=Bucket.QUARANTINE, delta=3, cause="receipt:r1"
        ),
    )


def test_restocked_units_leave_quarantine_and_become_available() -> None:
    moves = on_inspection("i1", "TENT", "oakland", 2, Disposition.RESTOCK)

    assert [(move.bucket, move.delta) for move in moves] == [
        (Bucket.QUARANTINE, -2),
        (Bucket.AVAILABLE, 2),
    ]


@pytest.mark.parametrize("disposition", sorted(set(Disposition) - {Disposition.RESTOCK}))
def test_no_other_disposition_makes_units_available(disposition: Disposition) -> None:
    moves = on_inspection("i1", "TENT", "oakland", 2, disposition)

    assert [(move.bucket, move.delta) for move in moves] == [(Bucket.QUARANTINE, -2)]


def test_every_move_of_one_cause_has_a_name_of_its_own() -> None:
    moves = (
        *on_receipt("x", "TENT", "oakland", 1),
        *on_inspection("x", "TENT", "oakland", 1, Disposition.RESTOCK),
    )

    assert len({move.cause for move in moves}) == len(moves)
