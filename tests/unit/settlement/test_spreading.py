"""What goes back is spread over payments exactly, never over what one of them has left."""

from hypothesis import given
from hypothesis import strategies as st

from engine.settlement.instruments import Instrument
from engine.settlement.spreading import RANK, Purse, spread

_I = Instrument
PURSES = st.lists(
    st.builds(Purse, st.sampled_from(list(Instrument)), st.integers(0, 200)), max_size=6
)


@given(st.integers(0, 1_000), PURSES)
def test_as_much_as_there_is_goes_back_and_no_purse_gives_more_than_it_has(
    amount: int, purses: list[Purse]
) -> None:
    parts = spread(amount, purses)

    assert sum(part for _, part in parts) == min(amount, sum(each.left for each in purses))
    assert all(0 < part <= purses[place].left for place, part in parts)
    assert len({place for place, _ in parts}) == len(parts)


@given(st.integers(1, 1_000), PURSES)
def test_nothing_worse_is_used_while_something_better_is_left(
    amount: int, purses: list[Purse]
) -> None:
    used = dict(spread(amount, purses))
    worst = max((RANK[purses[place].instrument] for place in used), default=-1)

    for place, each in enumerate(purses):
        if RANK[each.instrument] < worst:
            assert used.get(place, 0) == each.left


def test_one_payment_carries_what_it_can_and_else_the_oldest_go_first() -> None:
    both = (Purse(_I.REFUND, 30), Purse(_I.REFUND, 70))

    assert spread(100, both) == ((0, 30), (1, 70))
    assert spread(50, both) == ((1, 50),)
    assert spread(30, both) == ((0, 30),)
    assert spread(90, both) == ((0, 30), (1, 60))


def test_charges_go_before_credit_and_a_persons_work() -> None:
    purses = (Purse(_I.BY_HAND, 100), Purse(_I.OWN_CREDIT, 50), Purse(_I.REFUND, 30))

    assert spread(100, purses) == ((2, 30), (1, 50), (0, 20))
