"""What is written and not heeded is refused at publishing, and what is advised holds.

Each plant is a policy that reads without a fault and pays, or answers, other than what stands in
it, with a return that shows it. Beside it stands what the finding advises: with that the check is
content, and the return comes to what was meant.
"""

from typing import Any

import pytest

from engine.decision.decide import Decider
from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault, Level
from engine.publishing.lost import lost_findings
from engine.publishing.meaning import meaning_findings
from tests.policies.judged import decided
from tests.policies.silences import PLANTS, Plant

HEAD = "policy: acme/plants\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n"


def read(topics: str) -> PolicyFile:
    return load(HEAD + topics, "plant.yaml")


def errors(file: PolicyFile) -> list[Fault]:
    found = (*lost_findings(file), *meaning_findings(*file.editions))
    return [each for each in found if each.level is Level.ERROR]


def comes_to(file: PolicyFile, plant: Plant) -> str:
    """The fields of the decision of the plant's return that it is about."""
    if plant.lines:
        whole = Decider(file.policy, native=False).decide_return(plant.sent, plant.lines)
        return f"{whole.answer} {whole.net}"
    decision = decided(file.policy, plant.sent)
    return " ".join(str(getattr(decision, name)) for name in plant.about.split())


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_a_silence_is_told_where_it_stands_with_what_to_write(plant: Plant) -> None:
    (fault,) = errors(read(plant.wrong))
    line, column = place(plant)

    assert fault.code == plant.code
    assert (fault.source.line, fault.source.column) == (line, column)
    assert f"`{plant.write}`" in fault.sentence or plant.write in fault.sentence


def place(plant: Plant) -> tuple[int, int]:
    """Where the key stands that is not heeded."""
    before, found, _ = plant.wrong.partition(plant.at)
    assert found, plant.at
    lines = f"{HEAD}{before}".split("\n")
    return len(lines), len(lines[-1]) + 1


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_a_return_shows_that_a_silence_comes_to_something_else(plant: Plant) -> None:
    assert comes_to(read(plant.wrong), plant) == plant.today
    assert plant.today != plant.then


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_what_is_advised_passes_the_check_and_holds(plant: Plant) -> None:
    file = read(plant.right)

    assert errors(file) == []
    assert comes_to(file, plant) == plant.then


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_the_return_of_a_finding_is_decided_as_its_sentence_says(plant: Plant) -> None:
    file = read(plant.wrong)
    (fault,) = errors(file)
    said = " today, and " in fault.sentence
    if fault.example is None or not said:
        return
    field_, _, rest = fault.sentence.rpartition(", `")[2].partition("` is ")
    today = rest.partition(" today, and ")[0]
    decision: Any = decided(file.policy, fault.example)
    shown = {"fee": decision.fee_total}.get(field_, getattr(decision, field_, None))
    assert today in (str(shown).lower(), str(shown)), fault.sentence
