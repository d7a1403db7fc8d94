"""Facts as form fields: converts what is typed to values of the facts' types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData

from dashboard import doing
from dashboard.forms import whole
from dashboard.writing.values import words

Definition = Mapping[str, Any]
"""A fact's definition in the API: `name`, `type`, `words`, `question`, `toldBy`, `until` and
`foundByInspection`.
"""
_YES: Final = {"yes": True, "no": False}
_SUPPLIERS: Final = frozenset({"ORDER", "SUPPLIER", "CARRIER", "PERSON"})
"""The owners whose facts a supplier states in a return; the retailer's too if it opened it."""
_MOMENTS: Final = ("PURCHASE", "REQUEST", "RECEIPT")
_WHO: Final = {
    "ORDER": "the order record, kept by its supplier",
    "SUPPLIER": "the supplier",
    "RETAILER": "the retailer",
    "CARRIER": "the carrier, through the supplier",
    "INSPECTION": "the inspection of the goods",
    "PERSON": "a person at the supplier, with a reason",
    "DERIVED": "Takeback, which calculates it",
}
_COUNTED: Final = ("COUNT", "NUMBER", "PERCENT")
_MOST: Final = 10**9
"""Maximum of a counted value."""


def read(definitions: Sequence[Definition], form: FormData, prefix: str) -> dict[str, Any]:
    """Returns the typed values by fact, from fields named `prefix` plus the fact;
    raises `Refused`.
    """
    found = {}
    for each in definitions:
        typed = [str(one).strip() for one in form.getlist(f"{prefix}{each['name']}")]
        said = [one for one in typed if one]
        if said:
            found[each["name"]] = value(each, ",".join(said))
    return found


def value(definition: Definition, typed: str) -> Any:
    """Converts a text to a fact's value; raises `Refused`."""
    kind = definition["type"]
    if kind == "YES_NO":
        return _YES.get(typed.lower(), typed)
    if kind == "SET":
        return [each.strip() for each in typed.split(",") if each.strip()]
    if kind in _COUNTED:
        try:
            return whole(typed, definition["name"], _MOST)
        except doing.Refused:
            said = f"{definition['question']} Enter a whole number, such as 1."
            raise doing.Refused(said) from None
    return typed


def may_say(definition: Definition, side: str, at: str, *, opens: bool = False) -> bool:
    """Whether a side may state it in a return `at` a moment; `opens` if it requested the return."""
    if _MOMENTS.index(at) > _MOMENTS.index(definition["until"]):
        return False
    owner: str = definition["toldBy"]
    if owner == "RETAILER":
        return side == "RETAILER" or opens
    return side == "SUPPLIER" and owner in _SUPPLIERS


def is_of_goods(definition: Definition) -> bool:
    """Whether a supplier states it for the product, before any purchase."""
    return (definition["until"], definition["toldBy"]) == ("PURCHASE", "SUPPLIER")


def left_to_others(
    definitions: Sequence[Definition], sku: str, at: str = "REQUEST"
) -> dict[str, Any]:
    """Returns `others`, the owners of facts that a form does not ask for, and `goods`, whether one
    of them is stated for the SKU.

    `facts.html` shows both; `at` is the moment at which they are lacking.
    """
    return {
        "others": [_whose(each, sku, at) for each in definitions],
        "goods": any(is_of_goods(each) for each in definitions),
    }


def _whose(definition: Definition, sku: str, at: str) -> str:
    name = words(definition["name"])
    if is_of_goods(definition):
        return f"{name}: a fact about the product {sku}; its supplier sets it on the product."
    if definition["until"] == "PURCHASE":
        return f"{name}: had to be sent with the order, before a return was requested."
    if at != "RECEIPT" or definition["until"] == "RECEIPT":
        return f"{name}: provided by {_WHO[definition['toldBy']]}."
    if definition["foundByInspection"]:
        return f"{name}: determined by inspection; undo the inspection and enter it there."
    return f"{name}: had to be provided before approval; a person decides now."


def said(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Converts facts to the API's input."""
    return [{"name": name, "value": each} for name, each in values.items()]
