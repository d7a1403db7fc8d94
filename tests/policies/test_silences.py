"""What is written and not heeded is refused at publishing, and what is advised holds.

Each plant is a policy that reads without a fault and pays, or answers, other than what stands in
it, with a return that shows it. Beside it stands what the finding advises: with that the check is
content, and the return comes to what was meant.
"""

import pytest

from engine.decision.decide import Decider
from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault, Level
from engine.publishing.meaning import surveys_of, tried_of
from engine.publishing.structure import lost_findings
from tests.meanings import meaning_findings
from tests.policies.judged import decided
from tests.policies.silences import IDLE, PLANTS, PROMISES, USUAL, Plant

HEAD = "policy: acme/plants\nversion: 1\neffective: {from: 2024-01-01}\ncurrency: USD\n"


def read(topics: str) -> PolicyFile:
    return load(f"{HEAD}{topics}", "plant.yaml")


def errors(file: PolicyFile) -> list[Fault]:
    found = (*lost_findings(file), *meaning_findings(*file.editions))
    return [each for each in found if each.level is Level.ERROR]


def comes_to(file: PolicyFile, plant: Plant) -> str:
    """What the decision of a plant's return says in the fields that it is about."""
    if plant.lines:
        whole = Decider(file.policy, native=False).decide_return(plant.sent, plant.lines)
        return f"{whole.answer} {whole.net}"
    decision = decided(file.policy, plant.sent)
    return " ".join(str(getattr(decision, name)) for name in plant.about.split())


def place_of(at: str, topics: str) -> tuple[int, int]:
    """The line and column of a text in a policy."""
    before, found, _ = f"{HEAD}{topics}".partition(at)
    assert found, at
    lines = before.split("\n")
    return len(lines), len(lines[-1]) + 1


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_a_silence_is_told_where_it_stands_with_what_to_write(plant: Plant) -> None:
    fault = errors(read(plant.wrong))[0]

    assert fault.code == plant.code
    assert fault.source[1:] == place_of(plant.at, plant.wrong)
    assert plant.write in fault.sentence


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_a_return_shows_what_a_silence_comes_to(plant: Plant) -> None:
    assert comes_to(read(plant.wrong), plant) == plant.today != plant.then


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_what_is_advised_passes_the_check_and_holds(plant: Plant) -> None:
    file = read(plant.right)

    assert errors(file) == []
    assert comes_to(file, plant) == plant.then


def test_holidays_count_where_a_claim_is_paid_within_business_days() -> None:
    holidays = "business_days: {holidays: US}\n"

    assert errors(read(f"{holidays}overpaid: {{within: 5 business days}}\n")) == []
    assert [each.code for each in errors(read(f"{holidays}overpaid: billed\n"))] == ["ignored"]


@pytest.mark.parametrize("odd", ["x\u200by", "x\u2060y", "\u0e01\u200b", "x\u200cy", "\ufff9x"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_what_cannot_be_seen_is_read_and_not_published(odd: str, quote: str) -> None:
    text = f"remedy: {{give: refund}}\ncodes: {{ours: {quote}{odd}{quote}}}\n"

    (fault,) = [each for each in errors(read(text)) if each.code == "hidden_character"]

    assert fault.source[1:] == place_of(odd[:1] if odd[0] == "\ufff9" else odd[1:], text)


def test_what_an_escape_hides_is_read_and_not_published() -> None:
    (fault,) = [each for each in errors(read('codes: {ours: "x\\u200by"}\n')) if each]

    assert (fault.code, "U+200B" in fault.sentence) == ("hidden_character", True)


@pytest.mark.parametrize("key", ["after", "ahead"])
@pytest.mark.parametrize(("length", "days"), [("48 hours", 48), ("2 clock days", 2)])
def test_a_clock_that_opens_by_the_hour_is_told_to_count_days(
    key: str, length: str, days: int
) -> None:
    start = "installed" if key == "ahead" else "delivered"
    opens = f"opens: {{{key}: {length}, counted_from: {start}}}"
    text = f"window: {{days: 300, counted_from: delivered, {opens}}}\n"

    found = [each for each in errors(read(text)) if each.code == "not_as_written"]

    assert [f"`{length}` is taken as {days} days" in each.sentence for each in found] == [True]
    assert "not_as_written" not in [
        each.code for each in errors(read(text.replace(length, "2 days")))
    ]


@pytest.mark.parametrize("per", ["return", "order"])
def test_a_fee_taken_once_is_not_worked_out_of_one_line(per: str) -> None:
    (fault,) = errors(read(f"fees: {{label: {{fee: 10% of retail_price, per: {per}}}}}\n"))

    assert fault.code == "not_as_written"
    assert f"taken once per {per}" in fault.sentence
    assert "per: line" in fault.sentence


@pytest.mark.parametrize(("topics", "at", "gone"), IDLE.values(), ids=IDLE)
def test_what_has_no_effect_is_told_and_may_be_left_out(topics: str, at: str, gone: str) -> None:
    (fault,) = errors(read(topics))
    without = read(topics.replace(gone, ""))

    assert fault.source[1:] == place_of(at, topics)
    assert " out." in fault.sentence
    assert errors(without) == []
    assert decided(without.policy, USUAL).net == decided(read(topics).policy, USUAL).net


@pytest.mark.parametrize(("topics", "at", "old", "new"), PROMISES.values(), ids=PROMISES)
def test_a_promise_that_nothing_can_break_is_told(topics: str, at: str, old: str, new: str) -> None:
    (fault,) = errors(read(topics))
    broken = tried_of(surveys_of(*read(topics.replace(old, new)).editions))[0]
    found = Decider(read(topics).policy, native=False).decide(USUAL)

    assert (fault.code, found.answer) == ("not_as_written", "accept")
    assert fault.source[1:] == place_of(at, topics)
    assert broken.code == "promise_broken"
