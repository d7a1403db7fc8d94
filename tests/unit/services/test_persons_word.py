"""A person's word on a return that is not open to it is answered with what may be done."""

from types import SimpleNamespace
from typing import Any

import pytest

from engine.errors import RequestFault
from engine.returns.lifecycle import Actor, State, Step, steps_from
from services.returns.advancing import AT_RECEIPT
from services.returns.overriding import Judgement, Word, judge
from services.returns.who import Who

JUDGES = (Actor.SUPPLIER, Actor.SUPPORT)
CLOSED = [
    (state, actor)
    for state in State
    for actor in JUDGES
    if state not in AT_RECEIPT and Step.APPROVE not in steps_from(state, actor)
]


@pytest.mark.parametrize(("state", "actor"), CLOSED)
def test_a_return_that_is_not_open_to_a_word_names_the_steps_that_it_has(
    state: State, actor: Actor
) -> None:
    unused: Any = None
    found: Any = SimpleNamespace(state=state)
    said = Judgement(word=Word.OVERRIDE, verdicts=(), why="A loyal customer.")

    with pytest.raises(RequestFault) as caught:
        judge(unused, Who(actor=actor, by="key 1"), found, said)

    assert caught.value.code == "step_not_allowed"
    assert all(f"`{step}`" in caught.value.message for step in steps_from(state, actor))


def test_a_refused_return_is_told_to_be_reopened_first() -> None:
    assert (State.REFUSED, Actor.SUPPLIER) in CLOSED
    assert Step.REOPEN in steps_from(State.REFUSED, Actor.SUPPLIER)
