"""Where the JSON Schema accepts what the reader refuses, and why; elsewhere the two agree."""

import re
from typing import Any

from engine.policy.faults import Fault
from engine.policy.register.built_in import SENT

DECLARED = "it is declared in the file"
ELSEWHERE = "it depends on what stands elsewhere in the file, or in another"
SIZE = "it counts values over the whole file"
MEANING = "it compares values, or works one out"
MACHINE = "the list is the machine's or a library's"
ANY = ""
FIXED = "`(?:deadlines|answer|remedy|timing|goods|return_paid_by|label_by)`"
"""Facts whose words no policy can replace."""

NOT_JUDGED: tuple[tuple[str, str, str], ...] = (
    ("unknown_fact", ANY, DECLARED),
    ("unknown_group", ANY, DECLARED),
    ("unknown_fee", ANY, DECLARED),
    ("unknown_agreed", ANY, DECLARED),
    ("unknown_role", ANY, DECLARED),
    ("unknown_placeholder", ANY, DECLARED),
    ("unknown_word", "is not (a known code|a date fact|a group|a place)", DECLARED),
    ("unknown_word", f"is not a word of (?!{FIXED})", DECLARED),
    ("unknown_word", "is not (`unit` or a count|a word that may be agreed)", DECLARED),
    ("unknown_word", "names no party", DECLARED),
    ("unknown_word", "is not a country", DECLARED),
    ("unknown_amount", r"^`(?:[0-9.]+% of )*[a-z][a-z0-9_.]*` is not an amount", DECLARED),
    ("unknown_field", r"no field `[a-z0-9_]+\.", DECLARED),
    ("wrong_operator", "Its words have no order", DECLARED),
    ("wrong_operator", r"does not go with `[a-z0-9_]+\.state`", DECLARED),
    ("wrong_type", "A limit is on money or on a number", DECLARED),
    ("name_taken", "is a deadline of this policy|is the name of a fact", DECLARED),
    ("too_soon", ANY, ELSEWHERE),
    ("unreachable", ANY, ELSEWHERE),
    ("id_reused", ANY, ELSEWHERE),
    ("id_reserved", ANY, ELSEWHERE),
    ("two_readings", "different ids|`we_take` is `none` or the id", ELSEWHERE),
    ("written_twice", "Two cases are named|twice, by its name and by its role", ELSEWHERE),
    ("unknown_base", ANY, ELSEWHERE),
    ("unknown_path", ANY, ELSEWHERE),
    ("unknown_row", ANY, ELSEWHERE),
    ("unknown_case", ANY, ELSEWHERE),
    ("not_permitted", ANY, ELSEWHERE),
    ("locked", ANY, ELSEWHERE),
    ("no_effect", ANY, ELSEWHERE),
    ("circular", ANY, ELSEWHERE),
    ("wrong_shape", "Rows of `packaging` with `true` stand first", ELSEWHERE),
    ("other_currency", ANY, MEANING),
    ("reversed", ANY, MEANING),
    ("out_of_bounds", ANY, MEANING),
    ("over_base", ANY, MEANING),
    ("too_large", ANY, SIZE),
    ("too_deep", ANY, SIZE),
    ("more_faults", ANY, SIZE),
    ("unknown_zone", ANY, MACHINE),
    ("unknown_region", ANY, MACHINE),
)
"""Codes of faults, a pattern of their sentences, and why a schema cannot judge them."""


def judged(fault: Fault, line: str) -> bool:
    """Whether a schema can also see this fault of a policy written on one `line`.

    It cannot if the fault is in the value that an `agreed.NAME` stands for.
    """
    if re.match(r'"[^"]*agreed\.', line[fault.source.column - 1 :]):
        return False
    return not any(
        fault.code == code and re.search(said, fault.sentence) for code, said, _ in NOT_JUDGED
    )


def readable(data: Any) -> Any:
    """Returns a policy without values that cannot be read by themselves.

    What an edit sets or adds to a part depends on the path that it names; agreed rows and the table
    that takes them depend on each other; text around an agreed value depends on that value, and the
    test of an own fact on its declaration.
    """
    facts = data.get("facts")
    return _readable(data, set(facts) - set(SENT) if isinstance(facts, dict) else set())


def _readable(data: Any, own: set[str]) -> Any:
    if isinstance(data, list):
        return [_readable(each, own) for each in data]
    if isinstance(data, str):
        return "agreed" if "agreed." in data else data
    if not isinstance(data, dict):
        return data
    if str(data.get("rows")).startswith("agreed."):
        return {}
    left_out = own & set(data)
    left_out |= {"to"} if "set" in data else set()
    left_out |= {"add"} if "." in str(data.get("into")) else set()
    left_out |= {"default"} if data.get("type") == "rows" else set()
    return {key: _readable(value, own) for key, value in data.items() if key not in left_out}
