# ruff: noqa: E501 - rows read best in one line
"""Faults planted in real policies are found, each with a decided return that shows it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from engine.policy.editions import PolicyFile, load
from engine.policy.faults import Fault
from engine.publishing.readiness import findings_before_publishing
from tests.policies.judged import FILES, base, decided, findings, in_force, name, replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A fault put into the policy of a file: which finding it must bring, and who decides then."""

    file: str
    change: Callable[[str], str]
    code: str
    says: str
    by: str | None = None
    not_by: str | None = None


# --- how faults are planted -----------------------------------------------------------------------


def row_of(text: str, row: str) -> str:
    """The text of a row, with its line end."""
    found = re.search(rf"^( *)- (?:\{{)?id: {row}(?![\w-]).*\n(?:\1  .*\n)*", text, re.MULTILINE)
    assert found, row
    return found[0]


def swapped(one: str, other: str) -> Callable[[str], str]:
    """Two rows stand where the other stood."""

    def change(text: str) -> str:
        first, second = row_of(text, one), row_of(text, other)
        marked = text.replace(first, "<1>").replace(second, "<2>")
        return marked.replace("<1>", second).replace("<2>", first)

    return change


def without(row: str) -> Callable[[str], str]:
    return lambda text: text.replace(row_of(text, row), "")


def instead(row: str, take: str, put: str) -> Callable[[str], str]:
    """A row says something else."""

    def change(text: str) -> str:
        said = row_of(text, row)
        assert said.count(take) == 1, said
        return text.replace(said, said.replace(take, put))

    return change


def in_two(row: str, first: str, second: str) -> Callable[[str], str]:
    """One row becomes two, each in force on some of its days."""

    def change(text: str) -> str:
        said = row_of(text, row)
        brief = said.rstrip().removesuffix("}")
        two = (
            f"{brief}, effective: {{from: 2020-01-01, until: {first}}}}}\n",
            f"{brief}, effective: {{from: {second}}}}}\n".replace(f"id: {row}", f"id: {row}-NEW"),
        )
        return text.replace(said, "".join(two))

    return change


PLANTS = {
    "swapped: furniture before dear furniture": Plant(
        file="home-goods.yaml",
        change=swapped("F-BIG", "F-FURNITURE"),
        code="unreachable",
        says="`F-BIG` never decides: wherever it holds, `F-FURNITURE` is asked before it",
        by="F-FURNITURE",
        not_by="F-BIG",
    ),
    "swapped: phones before the phones of one carrier": Plant(
        file="39-",
        change=swapped("W-VERIZON", "W-PHONE"),
        code="unreachable",
        says="`W-VERIZON` never decides: wherever it holds, `W-PHONE` is asked before it",
        by="W-PHONE",
        not_by="W-VERIZON",
    ),
    "swapped: damage before damage with the right steps": Plant(
        file="28-",
        change=swapped("E-CARRIER-STEPS", "E-CARRIER"),
        code="unreachable",
        says="`E-CARRIER-STEPS` never decides: wherever it holds, `E-CARRIER` is asked before it",
        by="E-CARRIER",
        not_by="E-CARRIER-STEPS",
    ),
    "no catch-all: who pays the way back": Plant(
        file="home-goods.yaml",
        change=without("S-ELSE"),
        code="gap",
        says="`return_shipping` has no row for a return with",
        not_by="S-FAULT",
    ),
    "no catch-all: what is given": Plant(
        file="28-",
        change=without("R-CREDIT"),
        code="gap",
        says="has no row for a return with reason",
        not_by="R-CORE",
    ),
    "no catch-all: what else is given": Plant(
        file="42-",
        change=without("R-MONEY"),
        code="gap",
        says="has no row for a return with",
    ),
    "off by one: refused on the last day": Plant(
        file="home-goods.yaml",
        change=instead("E-CLOSED", "{deadlines: late}", "{days_left: {at_most: 0}}"),
        code="off_by_one",
        says="`E-CLOSED` is off by one",
        by="E-CLOSED",
    ),
    "off by one: accepted a day too long": Plant(
        file="42-",
        change=instead(
            "E-USED-STORE",
            "- id: E-USED-STORE",
            "- {id: E-OLD, when: {days_since.ordered: {over: 91}, membership: none}, answer: refuse, code: outside_window}\n"
            "    - {id: E-EXPIRED, when: {deadlines: [early, silent, disputed]}, answer: refuse, code: from_deadline}\n"
            "    - id: E-USED-STORE",
        ),
        code="off_by_one",
        says="`E-OLD` is off by one: the last day of `request` is",
    ),
    "off by one: full worth on the day of half": Plant(
        file="28-",
        change=instead(
            "V-CORE",
            "- {id: V-CORE",
            "- {id: V-EARLY, when: {days_since.ordered: {between: [0, 30]}}, percent: 90%}\n"
            "    - {id: V-LATER, when: {days_since.ordered: {between: [30, 60]}}, percent: 50%}\n"
            "    - {id: V-CORE",
        ),
        code="edge",
        says="`V-EARLY` and `V-LATER` both hold for `days_since.ordered` 30",
        by="V-EARLY",
    ),
    "off by one: a price that no row has": Plant(
        file="home-goods.yaml",
        change=instead(
            "F-FURNITURE",
            "{category: furniture}",
            "{category: furniture, item_price: {under: USD 499.99}}",
        ),
        code="edge",
        says="`item_price` USD 499.99 is left out",
        by="F-NONE",
    ),
    "a fee above the price: furniture": Plant(
        file="home-goods.yaml",
        change=instead("F-FURNITURE", "15% of item_price", "USD 150.00"),
        code="fee_above_price",
        says="`F-FURNITURE` can take more than the line is worth: of USD 149",
        by="F-FURNITURE",
    ),
    "a fee above the price: headphones": Plant(
        file="39-",
        change=instead("F-15", "15% of item_price", "USD 500.00"),
        code="fee_above_price",
        says="`F-15` can take more than the line is worth",
        by="F-15",
    ),
    "a season before the policy": Plant(
        file="home-goods.yaml",
        change=replaced("[2025-11-01, 2025-12-25]", "[2024-11-01, 2024-12-25]"),
        code="never_true",
        says="`W-HOLIDAY` never holds: the policy is in force for what was ordered from 2025-07-01",
        not_by="W-HOLIDAY",
    ),
    "a season of the year before": Plant(
        file="40-",
        change=replaced("[2023-10-27, 2023-11-15]", "[2022-10-27, 2022-11-15]"),
        code="never_true",
        says="`W-SEASON-MEMBER` never holds: the policy is in force for what was ordered",
        not_by="W-SEASON-MEMBER",
    ),
    "days between two terms of a clock": Plant(
        file="home-goods.yaml",
        change=in_two("W-TECH", "2026-03-31", "2026-04-02"),
        code="edge",
        says="`ordered` 2026-04-01 is left out",
        not_by="W-TECH",
    ),
    "a month between two terms of a clock": Plant(
        file="28-",
        change=in_two("W-CORE", "2024-03-31", "2024-05-01"),
        code="edge",
        says="`requested` 2024-04-01 to 2024-04-30 is left out",
        not_by="W-CORE",
    ),
}


def planted(plant: Plant) -> tuple[PolicyFile, list[Fault]]:
    """The policy with the plant, and the findings that it has not without."""
    path = next(path for path in FILES if path.name.startswith(plant.file))
    text = path.read_text("utf-8")
    changed = plant.change(text)
    assert changed != text
    file = load(changed, name(path), base)
    before = {(each.code, each.sentence) for each in findings(path)[1]}
    found = findings_before_publishing(file)
    return file, [each for each in found if (each.code, each.sentence) not in before]


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_a_planted_fault_is_found_with_a_return_that_shows_it(plant: Plant) -> None:
    file, found = planted(plant)
    meant = [each for each in found if each.code == plant.code and plant.says in each.sentence]

    assert len(meant) == 1, "\n".join(map(str, found))
    decision = decided(in_force(file, meant[0].example), meant[0].example)
    rows = {each.row for each in decision.because}
    assert plant.by in {None, *rows}
    assert plant.not_by not in rows
