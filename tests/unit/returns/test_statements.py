"""Each fact of a decision stands once, with the last of those who stated it."""

from hypothesis import example, given
from hypothesis import strategies as st

from engine.returns.statements import Statement, Teller, standing, told

NAMES = ("a", "b", "c", "d", "e")
names = st.lists(st.sampled_from(NAMES), unique=True)
statements = st.builds(
    Statement,
    teller=st.sampled_from([Teller.ORDER, Teller.RETAILER]),
    facts=names.map(tuple),
    by=st.sampled_from(["", "k1"]),
    why=st.sampled_from(["", "so"]),
)


def speaker(each: Statement) -> tuple[object, ...]:
    return each.teller, each.by, each.at, each.source, each.why


@given(st.lists(statements, max_size=5), names)
@example(
    [
        Statement(teller=Teller.ORDER, facts=("a", "b")),
        Statement(teller=Teller.RETAILER, facts=("b",)),
    ],
    ["b", "a"],
)
def test_the_last_who_stated_a_fact_stands(said: list[Statement], facts: list[str]) -> None:
    kept = standing(said, facts)

    last = told(said)
    assert {name: speaker(each) for each in kept for name in each.facts} == {
        name: speaker(last[name]) for name in facts if name in last
    }
    in_order = [name for each in kept for name in each.facts]
    assert len(in_order) == len(set(in_order))
    assert all(list(each.facts) == sorted(each.facts) for each in kept)
    assert len({speaker(each) for each in kept}) == len(kept)
    assert [each.facts[0] for each in kept] == sorted(each.facts[0] for each in kept)
