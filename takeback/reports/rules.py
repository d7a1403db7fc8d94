"""What each code of a finding means and how to fix it, for reports that list their rules."""

from __future__ import annotations

from typing import Final

GUIDE: Final = "docs/policy-language.md, section 15"
"""The documentation of all codes."""

_SAME: Final[tuple[tuple[str, str], ...]] = (
    ("not_yaml", "The file cannot be read as YAML. Indent with spaces; close what is opened."),
    ("directive", "Directives (`%YAML`, `%TAG`) are not part of the language; leave them out."),
    ("tab", "A tab stands in the file; indent and separate with spaces."),
    ("hidden_character", "A character that nobody sees stands in the file; take it out."),
    ("second_document", "One file holds one policy; move the second into a file of its own."),
    ("duplicate_key", "A key stands twice in one map; keep one of them."),
    ("anchor", "Anchors and aliases are not part of the language; use a group."),
    ("tag", "Tags (`!name`) are not part of the language; leave them out."),
    ("too_deep", "Values are nested too deep; flatten them."),
    ("too_large", "There are too many rows, values or alternatives; split them."),
    ("too_long", "A text is too long; shorten it."),
    ("split_text", "A comma inside of braces cut a sentence; write the row as a block."),
    ("unknown_placeholder", "`<word>` in a sentence stands for no fact; take a known one."),
    ("empty", "A condition, a test or a list has nothing in it; fill it or leave it out."),
    ("more_faults", "There are more faults than are shown; mend the first ones."),
    ("unknown_key", "A key does not belong here; the sentence names the nearest one."),
    ("unknown_fact", "A fact is misspelt or not declared; declare it under `facts`."),
    ("unknown_word", "A word is misspelt or not declared; declare it under `values`."),
    ("unknown_group", "A group is misspelt or not declared; declare it under `groups`."),
    ("unknown_field", "A test expects what no outcome has; the sentence names the nearest one."),
    ("unknown_role", "A role is none of those that the policy has; see `parties`."),
    ("unknown_zone", "A time zone is none of the IANA list; write `America/Chicago`, say."),
    ("unknown_region", "A holiday region is not known; write a country, or `US-CA`, say."),
    ("missing_key", "Something that must be said is left out; add it."),
    ("wrong_shape", "A value has another form than it must have: a map, a list or a word."),
    ("written_twice", "The same is said in short and in full; keep one of them."),
    ("wrong_type", "A value is of another kind; write it as the sentence shows."),
    ("owner_unnamed", "A fact does not say who tells it; write `told_by`."),
    ("asks_of_goods", "Rows ask products for a fact; say it, or write `if_not_sent`."),
    ("evidence_not_sent", "A demand is open while no evidence is sent; write `if_not_sent`."),
    ("ignored", "Something is written that nothing heeds where it stands; move it or drop it."),
    ("not_as_written", "What comes out is other than what stands there; write what is meant."),
    ("not_asked", "A clock can be in a state that no row asks; ask it, or it is accepted."),
    ("open_choice", "A row tests what may not be chosen yet; ask for the wish by a demand."),
    ("wrong_owner", "A built-in fact keeps its owner; leave `told_by` out there."),
    ("bare_number", "A bare number is neither money nor days; write `USD 5.00` or `30 days`."),
    ("other_currency", "An amount is in another currency than the policy; use one currency."),
    ("negative_money", "An amount is below zero; write what is taken as a fee."),
    ("unknown_amount", "An amount is of nothing that is known; name a known base."),
    ("wrong_operator", "The test does not go with the fact; an order needs `best_first`."),
    ("reversed", "The end lies before the start; change one of them."),
    ("over_base", "A fee is more than 100% of its base with no cap above it; cap it."),
    ("wrong_clock", "A clock needs exactly one of `within`, `under`, `until`, `no_limit`."),
    ("two_readings", "At least two readings with ids, and `we_take: none` or one of them."),
    ("too_soon", "The fact is found by a later topic; test it there."),
    ("id_reused", "Two rows have one id; give each its own."),
    ("id_reserved", "The id is for rows about clocks; take another."),
    ("name_taken", "The name is that of a fact or a word of the language; take another."),
    ("unreachable", "A row can never decide; move it up, narrow what beats it, or drop it."),
    ("unknown_fee", "`waive` names no fee of this policy; name one of them."),
    ("unknown_agreed", "An agreed value is not declared or has no default; declare it."),
    ("unknown_partner", "No such trading partner is named; see `for` and `parties`."),
    ("out_of_bounds", "A value lies outside of its bounds; change one of them."),
    ("unknown_base", "The base does not exist in that version; name one that does."),
    ("circular", "A policy extends itself; break the circle."),
    ("unknown_path", "A change names nothing that the base has; name a row or key of it."),
    ("unknown_row", "The row that is named does not exist; name one that does."),
    ("unknown_case", "The test that is named does not exist; name one that does."),
    ("not_permitted", "The base does not allow this change; see its `partners_may`."),
    ("wider_than_base", "A permission goes past that of the base; what is beyond has no effect."),
    ("locked", "The base has locked this row; it cannot be changed."),
    ("no_effect", "A dated edit holds on no day of the policy; change its days."),
    ("published_twice", "Two files are the same version with other words; keep one."),
    ("gap", "A table does not cover every case; close it with `otherwise: true`."),
    ("gap_on_null", "A table has no row for a fact sent as `null`; add `otherwise: true`."),
    ("never_true", "A row holds for no return; mend the test that cannot be, or drop the row."),
    ("same_outcome", "Two neighbours give the same; let one row say both."),
    ("edge", "Two neighbouring ranges share one value or leave one out; move one of them by one."),
    ("off_by_one", "A row refuses on another day than its clock tells; test the clock itself."),
    ("no_deadline", "A return has no deadline at all; add an `otherwise` row, or `no_limit`."),
    ("fee_above_price", "Fees can take more than the line is worth; cap them with `at_most`."),
    ("promise_broken", "A return breaks a promise of `must`; change the row that decides it."),
    ("promise_tried", "It is not known whether a return breaks a promise; none was found."),
    ("differs_from_base", "What a policy does that its base does not; nothing needs to be done."),
    ("row_untested", "No test is decided by the row; paste the test of the sentence, looked over."),
    ("not_proved", "There are more cases than are worked through; write fewer alternatives."),
    ("config_invalid", "Two rows or groups hold together that must not; narrow one of them."),
    ("worse_than_base", "A return breaks a rule of `compare`; change the row that decides it."),
    ("test_failed", "A test inside of the policy fails; mend the rule or the test."),
    ("network", "The rules could not be compiled into a network; simplify them."),
)

MEANING: Final[dict[str, str]] = dict(_SAME)
"""What a code means and what to do about it."""


def meaning(code: str) -> str:
    """Returns what a code means; for a code newer than this list, refers to the finding."""
    return MEANING.get(code, "The sentence of the finding says what is wrong and what to do.")
