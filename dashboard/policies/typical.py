"""Typical rows to add under a plain name, as changes for the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from dashboard.forms import as_day
from dashboard.policies.dating import moved

Change = dict[str, Any]
Made = Callable[[Mapping[str, str], Any], Iterator[Change]]
_DAYS: Final = {"ordered_from": "orderedFrom", "ordered_to": "orderedTo", "until": "until"}
_GROUP: Final = "our_fault"
_FAULTY: Final = (
    *("defective", "arrived_dead", "died", "stained", "misprinted", "not_as_specified"),
    *("wrong_item", "wrong_size_sent", "missing_item", "damaged_in_transit"),
)
"""Reasons for which the seller, the maker or the carrier is responsible."""


def _holiday(form: Mapping[str, str], tree: Any) -> Iterator[Change]:
    if not all(as_day(form.get(key, "")) for key in _DAYS):
        raise ValueError("Enter the three dates of the holiday extension, then add it.")
    yield from moved(tree, form["ordered_from"], form["ordered_to"])
    yield {"season": {name: form.get(key, "") for key, name in _DAYS.items()}}


def _retailer(form: Mapping[str, str], _tree: Any) -> Iterator[Change]:
    name = form.get("retailer", "").strip()
    if not name:
        raise ValueError("Choose the retailer, then add it.")
    yield {"set": {"at": ["for"], "value": {"retailer": name}}}


def _row(
    at: tuple[str, ...], row: Change, *rest: Change, spares: bool = False, **usual: Any
) -> Made:
    """Adds a row at the start of its list; if there is no such list, adds the `rest` behind it.

    With `spares`, the row does not apply to defective goods. `usual` are added to the usual
    facts of the tests, so that the row applies to none of them.
    """

    def made(_form: Mapping[str, str], tree: Any) -> Iterator[Change]:
        rows, when = _at(tree, at), {**row["when"], **(_unless_faulty(tree) if spares else {})}
        value, plain = {**row, "when": when}, [_plain(each) for each in (row["when"], when)]
        same = [each for each in rows or () if _plain(_at(each, ("when",))) in plain]
        if same:
            raise ValueError(f"Row {same[0].get('id')} already covers this. Change it there.")
        given = _at(tree, ("tests", "usual"))
        if isinstance(given, Mapping):
            for fact in (each for each in usual if each not in given):
                yield {"set": {"at": ["tests", "usual", fact], "value": usual[fact]}}
        for depth in range(1, len(at) + 1):
            if _at(tree, at[:depth]) is None:
                said = {"at": list(at[:depth]), "value": _within(at[depth:], [value, *rest])}
                yield {"set": said}
                return
        taken = {each.get("id") for each in rows if isinstance(each, Mapping)}
        yield {"add": {"at": list(at), "value": {**value, "id": _free(value["id"], taken)}}}

    return made


def _unless_faulty(tree: Any) -> Change:
    """Returns the condition for goods without defects, in the policy's words."""
    if _at(tree, ("groups", _GROUP)) is not None:
        return {"is_not": _GROUP}
    own = _at(tree, ("values", "reason"))
    words = own.get("words", own.get("best_first")) if isinstance(own, Mapping) else own
    known = set(words) if isinstance(words, list) else {*_FAULTY}
    faulty = [each for each in _FAULTY if each in known]
    return {"reason": {"not": faulty}} if faulty else {}


def _at(tree: Any, at: tuple[str, ...]) -> Any:
    for step in at:
        tree = tree.get(step) if isinstance(tree, Mapping) else None
    return tree


def _plain(when: Any) -> str:
    """Returns a condition in a form that can be compared, from a text or from a row to be added."""
    return str(when).replace("'", "").lower()


def _within(steps: tuple[str, ...], rows: list[Change]) -> Any:
    """Returns rows nested under the keys of their path."""
    found: Any = rows
    for step in reversed(steps):
        found = {step: found}
    return found


def _free(name: str, taken: set[Any]) -> str:
    numbers = [name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in numbers if each not in taken)


def _fee(name: str, when: Change, *, spares: bool = False, **usual: Any) -> Made:
    row: Change = {"id": name, "when": when, "fee": "15% of item_price"}
    rest: Change = {"id": "F-ELSE", "otherwise": True, "fee": "none"}
    return _row(("fees", "restocking", "rows"), row, rest, spares=spares, **usual)


def _eligibility(row: Change, *, spares: bool = False, **usual: Any) -> Made:
    return _row(("eligibility", "rows"), row, spares=spares, **usual)


TYPICAL: Final[dict[str, tuple[str, Made]]] = {
    "holiday": (
        "Holiday extension: a longer return window for orders placed in a period "
        "(test dates in the period are moved after it)",
        _holiday,
    ),
    "retailer": (
        "One retailer only (otherwise: all retailers without a policy of their own)",
        _retailer,
    ),
    "fee": (
        "Restocking fee for a change of mind",
        _fee("F-FEE", {"reason": "change_of_mind"}, reason="defective"),
    ),
    "opened_fee": (
        "Restocking fee for opened goods, unless faulty",
        _fee("F-OPENED", {"opened": True}, spares=True, opened=False),
    ),
    "final_sale": (
        "No returns of final-sale items, unless faulty",
        _eligibility(
            {
                "id": "E-FINAL",
                "when": {"final_sale": True},
                "answer": "refuse",
                "code": "final_sale",
                "because": "This item was sold as final sale, and nothing is wrong with it.",
            },
            spares=True,
            final_sale=False,
        ),
    ),
    "damaged": (
        "Manual review of goods damaged in transit",
        _eligibility(
            {
                "id": "E-DAMAGED",
                "when": {"reason": "damaged_in_transit"},
                "answer": "review",
                "to_settle": "whether the goods were damaged on the way",
                "because": "A person looks at the damage first.",
            },
            reason="defective",
        ),
    ),
}
"""By name in forms: label, and function that makes the changes from a form and the text."""
