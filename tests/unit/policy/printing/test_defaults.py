"""What a policy leaves unsaid is filled in and marked; what is merged stays as it is merged."""

from collections.abc import Callable, Mapping

from engine.dates import parse_day
from engine.policy.editions import PolicyFile
from engine.policy.printing.yaml import BUILT_IN, UNASKED, in_full, written
from engine.policy.text import Map, to_data

Loaded = Callable[..., PolicyFile]

PLAIN = """\
policy: acme/plain
version: 1
effective: {from: 2024-01-01}
currency: USD
"""


def topic(tree: Map, name: str) -> Map:
    found = tree.entries[name]
    assert isinstance(found, Map)
    return found


def test_the_header_and_the_topics_that_are_left_out_are_filled_in(loaded: Loaded) -> None:
    tree = in_full(loaded(PLAIN))

    built = {key for key, node in tree.entries.items() if node.source == BUILT_IN}
    assert built == {
        *("title", "applies_by", "time_zone", "rounding", "overpaid", "business_days", "parties"),
        *("remedies", "goods", "return_shipping", "value", "outbound_shipping", "eligibility"),
    }
    assert to_data(tree.entries["remedies"]) == {"retailer": {"give": "refund"}}
    assert to_data(tree.entries["return_shipping"]) == {"paid_by": "retailer"}


def test_the_claimant_of_the_policy_is_the_one_that_pays_and_gets(loaded: Loaded) -> None:
    tree = in_full(loaded(PLAIN + "parties: {owner: retailer, claimant: consumer}\n"))

    assert to_data(tree.entries["remedies"]) == {"consumer": {"give": "refund"}}
    assert to_data(tree.entries["return_shipping"]) == {"paid_by": "consumer"}


def test_the_rows_of_deadlines_stand_before_the_last_row(loaded: Loaded) -> None:
    own = "eligibility: {rows: [{id: E, when: {quantity: 2}, answer: accept}%s]}\n"

    def ids(text: str) -> list[tuple[str, bool]]:
        rows = topic(in_full(loaded(PLAIN + text)), "eligibility").entries["rows"]
        return [(row.text_of("id"), row.source == UNASKED) for row in rows.items]  # type: ignore[attr-defined]

    states = [(name, True) for name in ("E-EARLY", "E-LATE", "E-DISPUTED", "E-SILENT")]
    assert ids("") == [*states, ("E-YES", False)]
    assert ids(own % "") == [("E", False), *states, ("E-YES", True)]
    assert ids(own % ", {id: L, otherwise: true, answer: accept}") == [
        *(("E", False), *states, ("L", False)),
    ]
    assert ids(own % ", {id: L, when: {deadlines: late}, answer: accept}") == [
        *(("E", False), ("L", False), ("E-YES", True)),
    ]


def test_a_topic_without_rows_of_its_own_keeps_what_it_says(loaded: Loaded) -> None:
    agreed = "agreed: {no: {type: rows, default: []}}\neligibility: {rows: agreed.no}\n"
    states = ["E-EARLY", "E-LATE", "E-DISPUTED", "E-SILENT"]

    line = topic(in_full(loaded(PLAIN + "eligibility: {eligible: true}\n")), "eligibility")
    named = topic(in_full(loaded(PLAIN + agreed)), "eligibility")

    assert list(line.entries) == ["answer", *states]
    assert list(named.entries) == ["rows", *states, "E-YES"]
    assert to_data(named.entries["rows"]) == "agreed.no"
    for more in (agreed, "eligibility: {eligible: true}\n"):
        file = loaded(PLAIN + more)
        again = loaded(written(in_full(file))).policy
        assert again.eligibility.rows[-1].id == file.policy.eligibility.rows[-1].id
        assert len(again.eligibility.rows) == len(file.policy.eligibility.rows)


def test_tables_say_how_their_ties_are_settled(loaded: Loaded) -> None:
    tree = in_full(
        loaded(PLAIN + "fees: {a: {rows: [{id: F, when: {quantity: 2}, fee: USD 1.00}]}}\n")
    )

    fee = topic(topic(tree, "fees"), "a")
    assert to_data(fee.entries["decide"]) == "first"
    assert fee.key_source("decide") == BUILT_IN


def test_agreed_values_stay_names_and_tests_are_left_out(loaded: Loaded) -> None:
    text = PLAIN + (
        "agreed: {days: {type: length, default: 30 days}}\n"
        "window: {within: agreed.days, counted_from: delivered}\n"
        "tests: {cases: [{name: t, expect: {answer: accept}}]}\n"
    )

    tree = in_full(loaded(text))

    assert to_data(topic(tree, "deadlines").entries["request"])["within"] == "agreed.days"  # type: ignore[index]
    assert "tests" not in tree.entries


def test_a_day_shows_the_edition_in_force_on_it(
    loaded: Callable[[str, Mapping[str, str]], PolicyFile],
) -> None:
    child = (
        "policy: acme/child\nversion: 1\nextends: acme/plain@1\neffective: {from: 2024-01-01}\n"
        "changes:\n  - {set: window.days, to: 45, why: a, effective: {from: 2024-07-01}}\n"
    )
    base = PLAIN + "window: {days: 30, counted_from: delivered}\n"
    file = loaded(child, {"acme/plain@1": base})

    def window(day: str | None) -> object:
        deadlines = topic(in_full(file, parse_day(day) if day else None), "deadlines")
        return to_data(deadlines.entries["request"])["within"]  # type: ignore[index]

    assert window("2024-06-30") == "30 days"
    assert window("2024-07-01") == window(None) == "45 days"
    effective = to_data(in_full(file, parse_day("2024-06-30")).entries["effective"])
    assert effective == {"from": "2024-01-01", "until": "2024-06-30"}
