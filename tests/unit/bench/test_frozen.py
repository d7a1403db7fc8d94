"""The reads that the benchmark of the API keeps are asked as those that took their place."""

from __future__ import annotations

import inspect

import pytest

from adapters.store.decisions import Decisions
from adapters.store.editions import Editions
from adapters.store.governing import Governing
from adapters.store.ordering.history import OrderHistory
from adapters.store.orders import Orders
from adapters.store.partners import Partners
from adapters.store.partnerships import Partnerships
from bench.serving import frozen

QUICK = {
    frozen.FrozenPartners: Partners,
    frozen.FrozenPartnerships: Partnerships,
    frozen.FrozenOrders: Orders,
    frozen.FrozenEditions: Editions,
    frozen.FrozenGoverning: Governing,
    frozen.FrozenHistory: OrderHistory,
    frozen.FrozenDecisions: Decisions,
}


@pytest.mark.parametrize("kept", QUICK, ids=lambda kept: kept.__name__)
def test_a_read_that_is_kept_takes_what_the_quick_one_takes(kept: type) -> None:
    own = [name for name, each in vars(kept).items() if inspect.isfunction(each) and name[0] != "_"]

    for name in own:
        ours, theirs = (
            list(inspect.signature(getattr(of, name)).parameters) for of in (QUICK[kept], kept)
        )
        assert ours == theirs, name
