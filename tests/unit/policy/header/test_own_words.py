"""A policy brings its own words: for facts, codes and groups."""

from collections.abc import Callable

import pytest

from engine.policy.faults import Fault
from engine.policy.model import Policy

Read = Callable[[str], Policy]
Faults = Callable[..., list[Fault]]


def test_own_words_take_the_place_of_the_built_in_ones(read: Read) -> None:
    facts = read("values: {reason: [broken, unwanted]}\n").facts

    assert facts["reason"].words == ("broken", "unwanted")
    assert not facts["reason"].open


def test_words_may_have_an_order_or_stay_open(read: Read) -> None:
    facts = read(
        "values: {condition: {best_first: [new, worn]}, reason: {words: [broken], open: true}}\n"
    ).facts

    assert (facts["condition"].words, facts["condition"].best_first) == (("new", "worn"), True)
    assert (facts["reason"].words, facts["reason"].open) == (("broken",), True)


def test_a_plain_list_of_conditions_has_no_order(read: Read, faults: Faults) -> None:
    values = "values: {condition: [new, worn]}\n"
    rows = "fees: {a: {rows: [{id: A, when: {condition: {worse_than: new}}, fee: none}]}}\n"

    assert not read(values).facts["condition"].best_first
    assert [fault.code for fault in faults(values + rows)] == ["wrong_operator"]


def test_own_evidence_joins_the_built_in_words_of_both_sets(read: Read) -> None:
    facts = read("values: {evidence: [blood_test]}\n").facts

    assert "blood_test" in (facts["evidence"].words or ())
    assert "rma" in (facts["lacking"].words or ())
    assert "blood_test" in (facts["lacking"].words or ())


@pytest.mark.parametrize(
    ("header", "code", "said"),
    [
        ("values: {resaon: [a]}\n", "unknown_fact", "Did you mean `reason`?"),
        ("values: {quantity: [a]}\n", "unknown_fact", "not a fact that takes words"),
        ("values: {reason: [a, b, a]}\n", "written_twice", "`a` stands twice"),
        ("values: {reason: []}\n", "empty", "is empty"),
        ("values: {reason: [known]}\n", "name_taken", "whether a fact was sent"),
        ("values: {reason: {open: true}}\n", "wrong_shape", "takes `words` or `best_first`"),
        ("values: {condition: {best_first: [a, b], open: true}}\n", "wrong_shape", "closed list"),
        ("codes: {NO_GO: Never.}\n", "wrong_type", "small letters"),
        ("codes: {no_go: }\n", "wrong_type", "text is missing"),
        ("groups: {Our Fault: {reason: expired}}\n", "wrong_type", "small letters"),
        ("groups: {a: {is: b}, b: {reason: expired}}\n", "unknown_group", "not a group"),
        ("groups: {a: {is: a}}\n", "unknown_group", "not a group"),
        ("groups: {a: expired}\n", "wrong_shape", "must be a map"),
        (
            "facts: {" + ", ".join(f"f{n}: {{type: word}}" for n in range(501)) + "}\n",
            "too_large",
            "500",
        ),
    ],
)
def test_own_words_that_cannot_be_meant(faults: Faults, header: str, code: str, said: str) -> None:
    found = faults(header)

    assert found[0].code == code
    assert said in found[0].sentence


def test_a_group_that_nobody_uses_is_no_fault(faults: Faults) -> None:
    assert faults("groups: {a: {reason: expired}, b: {is_not: a}}\n") == []


def test_own_codes_may_refuse(faults: Faults) -> None:
    row = "{id: A, when: {final_sale: true}, answer: refuse, code: no_go}"

    assert faults(f"codes: {{no_go: Never.}}\neligibility: {{rows: [{row}]}}\n") == []


def test_groups_of_groups_cannot_grow_without_end(faults: Faults) -> None:
    doubled = "".join(
        f"  g{n}: {{any_of: [{{is: g{n - 1}}}, {{is_not: g{n - 1}}}]}}\n" for n in range(1, 60)
    )

    found = faults(f"groups:\n  g0: {{reason: expired}}\n{doubled}")

    assert [fault.code for fault in found] == ["too_large"]
