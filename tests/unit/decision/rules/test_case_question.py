"""One question for all cases of a line finds the rows that the network finds for each."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.encoding import UNKNOWN, Op, Rule, Test
from engine.decision.rules.agreement import messages
from engine.decision.rules.case_question import CaseQuestion
from engine.decision.rules.network import Network
from engine.decision.rules.row_rules import Question
from engine.errors import NetworkFault

OPS: tuple[Op, ...] = ("eq", "ne", "lt", "le", "gt", "ge")
WIDTH = 6
ALWAYS = 1 << 40


def question_of(rules: list[Rule]) -> Question:
    return Question(always=ALWAYS, rules=tuple(rules), used=tuple(range(WIDTH)), by_slot={})


def random_rules(random: Random) -> list[Rule]:
    def test() -> Test:
        return Test(random.randrange(WIDTH), random.choice(OPS), random.choice((UNKNOWN, 0, 1, 5)))

    return [
        Rule(random.randrange(12), tuple(test() for _ in range(random.randint(1, 4))))
        for _ in range(random.randint(1, 20))
    ]


@settings(max_examples=40, deadline=None, database=None)
@given(st.integers(0, 2**48))
def test_all_cases_at_once_are_what_each_is_alone(seed: int) -> None:
    random = Random(seed)
    rules = random_rules(random)
    varied = random.sample(range(WIDTH), random.randint(1, WIDTH))
    network, question = Network(rules, WIDTH), CaseQuestion(question_of(rules), varied)
    like = list(messages(rules, WIDTH))
    line = random.choice(like)
    told = [line] + [
        [other[field] if field in varied else line[field] for field in range(WIDTH)]
        for other in random.sample(like, 8)
    ]

    cases = [(network.matches(each) | ALWAYS, each) for each in told]

    assert question.differs(cases) == ""
    for at, (rows, each) in enumerate(cases):
        wrong = rows ^ 1 << random.choice(rules).row
        assert question.differs([*cases[:at], (wrong, each), *cases[at + 1 :]]) != ""
    network.close()
    question.close()


def test_rules_of_the_varied_fields_alone_need_no_network() -> None:
    rules = [Rule(0, (Test(0, "eq", 1),)), Rule(1, (Test(0, "gt", 1),))]
    question = CaseQuestion(question_of(rules), [0])
    told = [[value, *[0] * (WIDTH - 1)] for value in (0, 1, 2)]

    assert question.differs(list(zip((ALWAYS, ALWAYS | 1, ALWAYS | 2), told, strict=True))) == ""


def test_a_closed_question_answers_with_a_fault() -> None:
    question = CaseQuestion(question_of([Rule(0, (Test(1, "eq", 1),))]), [0])
    question.close()

    with pytest.raises(NetworkFault, match="closed"):
        question.differs([(ALWAYS, [0] * WIDTH)])
