"""Finds the parts of a row that can be edited in place: each written key as a form control.

The text only fills in the controls; the API changes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from dashboard.forms import packed

Options = tuple[tuple[str, str], ...]
Steps = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One editable value: its path, its kind, and its present value."""

    label: str
    kind: str
    """`select`, `number`, `percent`, `date` or `text`."""
    value: str
    at: Steps
    options: Options = ()

    @property
    def name(self) -> str:
        """Its name in the form: its path and the value that the page was made with."""
        return json.dumps([list(self.at), self.kind, self.value])


_YES_NO: Final = (("true", "yes"), ("false", "no"))
_PARTIES: Final = (
    ("consumer", "the consumer"),
    ("retailer", "the retailer"),
    ("supplier", "the supplier"),
    ("nobody", "nobody (nothing is sent)"),
)
_DATES: Final = (("delivered", "delivery"), ("shipped", "shipment"), ("ordered", "the order"))
_REASONS: Final = (
    ("change_of_mind", "change of mind"),
    ("wrong_size", "wrong size"),
    ("defective", "defective"),
    ("damaged_in_transit", "damaged in transit"),
    ("wrong_item", "wrong item"),
    ("missing_item", "missing item"),
)
_CONDITIONS: Final = (
    ("new_unused", "new and unused"),
    ("opened_unused", "opened, unused"),
    ("used", "used"),
    ("worn", "worn"),
    ("damaged_on_arrival", "damaged on arrival"),
)
_KNOWN: Final[Mapping[str, tuple[str, str, Options]]] = {
    "days": ("days", "number", ()),
    "within": ("within", "text", ()),
    "until": ("until", "date", ()),
    "counted_from": ("counted from", "select", _DATES),
    "fee": ("fee", "fee", ()),
    "to_retailer": ("given as", "select", (("credit", "account credit"), ("refund", "refund"))),
    "give": (
        "given as",
        "select",
        (
            ("account_credit", "account credit"),
            ("credit_memo", "credit memo"),
            ("refund", "refund"),
            ("replacement", "replacement"),
        ),
    ),
    "of": ("amount", "of", ()),
    "return_paid_by": ("paid by", "select", _PARTIES),
    "paid_by": ("paid by", "select", _PARTIES),
    "original_required": ("original packaging required", "select", _YES_NO),
    "answer": (
        "answer",
        "select",
        (("accept", "accept"), ("refuse", "refuse"), ("review", "manual review")),
    ),
    "because": ("text for the consumer", "text", ()),
    "reason": ("reason", "select", _REASONS),
    "condition": ("condition", "select", _CONDITIONS),
}
REASONS: Final = _REASONS
CONDITIONS: Final = _CONDITIONS
_BESIDE: Final = {
    "review": ("to_settle", "whether these goods may come back"),
    "refuse": ("code", "not_entitled"),
}
"""What a choice needs beside it, and the default for rows that lack it."""
_KINDS: Final = ("select", "number", "percent", "date", "text")
_PLACE: Final = re.compile(r"[0-9]{1,5}")
_DAYS: Final = re.compile(r"[0-9]{1,9}")
_NUMBER: Final = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_ALL: Final = 100
"""Percent: at most the whole price can be kept or given."""
_SHARE: Final = re.compile(r"^(\d+(?:\.\d+)?)% of item_price$")


def controls(tree: Any, at: Sequence[str]) -> list[Control]:
    """Returns the controls of the row at a path; none for a row written in another text."""
    row = _at(tree, at) if at else None
    if not isinstance(row, Mapping):
        return []
    steps = tuple(at)
    found = [*_when(row.get("when"), (*steps, "when")), *_keys(row, steps)]
    above = _at(tree, at[:-2]) if len(at) > 2 and at[-2] == "rows" else None
    if isinstance(above, Mapping) and "counted_from" in above and row is _first(above):
        found += _keys({"counted_from": above["counted_from"]}, steps[:-2])
    return [_in_its_words(each, tree) for each in found]


def _in_its_words(control: Control, tree: Any) -> Control:
    """Returns a choice between the words that the policy declares, if it declares its own."""
    own, usual = _at(tree, ("values", control.at[-1])), dict(control.options)
    if control.kind != "select" or not isinstance(own, list):
        return control
    words = tuple((each, usual.get(each, each.replace("_", " "))) for each in map(str, own))
    return replace(control, options=_with(words, control.value))


def about_controls(tree: Any, retailers: Options) -> list[Control]:
    """Returns the controls outside of rows: title, first day, and the retailers it is for."""
    found: list[tuple[str, str, Steps, Options]] = [
        ("title", "text", ("title",), ()),
        ("effective from", "date", ("effective", "from"), ()),
        ("retailer", "select", ("for", "retailer"), retailers),
    ]
    return [
        Control(label=label, kind=kind, value=value, at=at, options=_with(options, value))
        for label, kind, at, options in found
        if isinstance(value := _at(tree, at), str)
    ]


def _with(options: Options, value: str) -> Options:
    """Returns the options, plus the written value if it is none of them."""
    if not options or value in dict(options):
        return options
    return (*options, (value, value.replace("_", " ")))


def _first(table: Mapping[str, Any]) -> Any:
    """Returns the first row that counts days by the keys above the rows, which shows them once."""
    rows = table.get("rows")
    counts = (each for each in rows if isinstance(each, Mapping)) if isinstance(rows, list) else ()
    own = (each for each in counts if "counted_from" not in each)
    return next((each for each in own if "days" in each or "within" in each), None)


def _at(tree: Any, at: Sequence[str]) -> Any:
    for step in at:
        tree = _step(tree, step)
    return tree


def _step(tree: Any, step: str) -> Any:
    """Follows one step of a path: a key, the id of a row, the name of a test, or an index."""
    if isinstance(tree, Mapping):
        return tree.get(step)
    if not isinstance(tree, list):
        return None
    for each in tree:
        if isinstance(each, Mapping) and step in (each.get("id"), each.get("name")):
            return each
    number = int(step) if _PLACE.fullmatch(step) else len(tree)
    return tree[number] if number < len(tree) else None


def _when(when: Any, at: Steps) -> Iterator[Control]:
    if not isinstance(when, Mapping):
        return
    yield from _keys({key: when[key] for key in ("reason", "condition") if key in when}, at)
    ordered = when.get("ordered")
    days = ordered.get("between") if isinstance(ordered, Mapping) else None
    if isinstance(days, list) and len(days) == 2:
        for number, label in enumerate(("ordered from", "ordered until")):
            place = (*at, "ordered", "between", str(number))
            yield Control(label=label, kind="date", value=str(days[number]), at=place)


def _keys(row: Mapping[str, Any], at: Steps) -> list[Control]:
    return [
        made
        for key, value in row.items()
        if key in _KNOWN and isinstance(value, str) and (made := _control(key, value, (*at, key)))
    ]


def _control(key: str, value: str, at: Steps) -> Control | None:
    label, kind, options = _KNOWN[key]
    if kind in ("fee", "of"):
        return _share(label, value, at)
    if kind == "number" and not _DAYS.fullmatch(value):
        kind = "text"
    if key == "answer" and value not in dict(options):
        return None  # what is beside such an answer would not fit another
    return Control(label=label, kind=kind, value=value, at=at, options=_with(options, value))


def _share(label: str, value: str, at: Steps) -> Control:
    """Returns a share of the price as a percentage; anything else as it is written."""
    whole = {"item_price": "100", "none": "0"}.get(value)
    found = _SHARE.match(value)
    share = found[1] if found else whole
    if share is None:
        return Control(label=label, kind="text", value=value, at=at)
    said = f"{label}, % of item price"
    return Control(label=said, kind="percent", value=share, at=at)


def changes(form: Sequence[tuple[str, str]], tree: Any) -> Iterator[dict[str, Any]]:
    """Yields the changed controls: those whose value differs from the one the page was made with.

    Raises `ValueError` for an invalid value, `Refused` for a name that is no control's.
    """
    for name, value in form:
        if name.startswith("["):
            at, kind, was = packed(name, name, _is_control)
            if value.strip() and value != was:
                yield from _beside(at, value.strip(), was, _at(tree, at[:-1]))
                yield {"set": {"at": at, "value": _written(at, kind, value.strip())}}


def _is_control(found: Any) -> bool:
    """Whether a name has the form that `Control.name` makes."""
    if not isinstance(found, list) or list(map(type, found)) != [list, str, str]:
        return False
    at, kind, _ = found
    return bool(at) and all(isinstance(each, str) for each in at) and kind in _KINDS


def _beside(at: list[str], answer: str, was: str, row: Any) -> Iterator[dict[str, Any]]:
    """Yields the changes beside an answer: what was written for the old answer is removed."""
    if at[-1] != "answer" or not isinstance(row, Mapping):
        return
    key, said = _BESIDE.get(was, ("", ""))
    if key and row.get(key) == said and list(row)[-1] == key:
        yield {"remove": [*at[:-1], key]}
    key, said = _BESIDE.get(answer, ("", ""))
    if key and key not in row:
        yield {"set": {"at": [*at[:-1], key], "value": said}}


def _written(at: list[str], kind: str, value: str) -> Any:
    """Returns the value to set; raises `ValueError` for a number that is invalid there."""
    if kind == "number" and not _DAYS.fullmatch(value):
        raise ValueError(f"Not changed: “{value[:20]}” is not a whole number of days, such as 30.")
    if kind == "number":
        return int(value)
    if kind == "percent" and not (_NUMBER.fullmatch(value) and float(value) <= _ALL):
        raise ValueError(f"Not changed: “{value[:20]}” is not a percentage from 0 to 100.")
    if kind == "percent":
        whole = {"fee": {"0": "none"}, "of": {"100": "item_price"}}
        return whole.get(at[-1], {}).get(value, f"{value}% of item_price")
    return {"true": True, "false": False}.get(value, value) if kind == "select" else value
