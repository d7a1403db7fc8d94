"""The typical rows that one may add by a plain name, as changes for the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Change = dict[str, Any]
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_DAYS: Final = {"ordered_from": "orderedFrom", "ordered_to": "orderedTo", "until": "until"}


def _holiday(form: Mapping[str, str], _tree: Any) -> Change:
    if not all(_DAY.fullmatch(form.get(key, "")) for key in _DAYS):
        raise ValueError("Say the three days of the holiday extension, then add it.")
    return {"season": {name: form.get(key, "") for key, name in _DAYS.items()}}


def _retailer(form: Mapping[str, str], _tree: Any) -> Change:
    name = form.get("retailer", "").strip()
    if not name:
        raise ValueError("Choose the retailer, then add it.")
    return {"set": {"at": ["for"], "value": {"retailer": name}}}


def _row(at: tuple[str, ...], value: Change, whole: list[Change]) -> Callable[..., Change]:
    """A row first in its list; where there is no such list it gets the rows of `whole`."""

    def made(_form: Mapping[str, str], tree: Any) -> Change:
        held = tree
        for depth, step in enumerate(at):
            above, held = held, held.get(step) if isinstance(held, Mapping) else None
            if held is None and isinstance(above, Mapping):
                return {
                    "set": {"at": list(at[: depth + 1]), "value": _within(at[depth + 1 :], whole)}
                }
        taken = {row.get("id") for row in held or () if isinstance(row, Mapping)}
        return {"add": {"at": list(at), "value": {**value, "id": _free(value["id"], taken)}}}

    return made


def _within(steps: tuple[str, ...], rows: list[Change]) -> Any:
    """Rows under the keys that lead to them."""
    found: Any = rows
    for step in reversed(steps):
        found = {step: found}
    return found


def _free(name: str, taken: set[Any]) -> str:
    numbers = [name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in numbers if each not in taken)


def _fee(tree_at: tuple[str, ...]) -> Callable[..., Change]:
    row = {"id": "F-FEE", "when": {"reason": "change_of_mind"}, "fee": "15% of item_price"}
    return _row(tree_at, row, [row, {"id": "F-ELSE", "otherwise": True, "fee": "none"}])


def _eligibility(row: Change) -> Callable[..., Change]:
    return _row(("eligibility", "rows"), row, [row])


TYPICAL: Final[dict[str, tuple[str, Callable[..., Change]]]] = {
    "holiday": ("A holiday extension: what is ordered in some days may come back longer", _holiday),
    "retailer": (
        "Only for one retailer; without it, for all that no other policy is for",
        _retailer,
    ),
    "fee": (
        "A restocking fee where the consumer has changed its mind",
        _fee(("fees", "restocking", "rows")),
    ),
    "final_sale": (
        "No returns of final-sale items",
        _eligibility(
            {
                "id": "E-FINAL",
                "when": {"final_sale": True},
                "answer": "refuse",
                "code": "final_sale",
                "because": "This item was sold as final sale.",
            }
        ),
    ),
    "damaged": (
        "A person decides where goods were damaged on the way",
        _eligibility(
            {
                "id": "E-DAMAGED",
                "when": {"reason": "damaged_in_transit"},
                "answer": "review",
                "to_settle": "whether the goods were damaged on the way",
                "because": "A person looks at the damage first.",
            }
        ),
    ),
}
"""By its name in forms: what it is called, and what makes its change of a form and the text."""
