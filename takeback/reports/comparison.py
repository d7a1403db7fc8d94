"""A comparison of two policies as text, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from engine.comparing.policies import Change, Example, FieldCompared, PoliciesCompared, summary
from engine.comparing.wording import name_of
from engine.dates import day_text
from takeback.terminal import clean, counted

_ALWAYS = ("ordered", "delivered", "requested", "item_price")


def as_json(found: PoliciesCompared) -> str:
    """Returns the whole comparison as JSON."""
    return json.dumps(_data(found), indent=2, ensure_ascii=False)


def as_text(found: PoliciesCompared, most: int) -> str:
    """Returns text for people, with at most `most` changes of each field."""
    lines = [f"From {found.before.reference} to {found.after.reference}"]
    for field in found.fields:
        lines += ["", *_field_text(field, most)] if field.changes or not field.complete else []
    return "\n".join([*lines, "", *summary(found)])


def as_markdown(found: PoliciesCompared, most: int) -> str:
    """Returns a heading, a table for each field, and what was compared."""
    lines = [f"## From `{found.before.reference}` to `{found.after.reference}`", ""]
    for field in found.fields:
        if field.changes or not field.complete:
            lines += [*_field_markdown(field, most), ""]
    return "\n".join([*lines, *summary(found)])


def _field_text(field: FieldCompared, most: int) -> Iterator[str]:
    if not field.changes:
        yield f"{name_of(field.field)}: too much to look at every case; not known"
        return
    yield f"{name_of(field.field)}: {counted(len(field.changes), 'change')}"
    for change in field.changes[:most]:
        yield f"  {_from_to(change)}"
        yield f"    where {'; '.join(change.where) or 'always'}"
        yield f"    {_shown(change.example)}"
    if len(field.changes) > most:
        yield f"  and {len(field.changes) - most} more; --most shows them"


def _field_markdown(field: FieldCompared, most: int) -> Iterator[str]:
    yield f"### {name_of(field.field).capitalize()}: {counted(len(field.changes), 'change')}"
    yield ""
    if not field.complete:
        yield "Too much to look at every case: more may change here."
        yield ""
    if not field.changes:
        return
    yield "| From → to | Where | A return that shows it |"
    yield "| --- | --- | --- |"
    for change in field.changes[:most]:
        cells = (_from_to(change), "; ".join(change.where) or "always", _shown(change.example))
        yield f"| {' | '.join(cell.replace('|', ' ') for cell in cells)} |"
    if len(field.changes) > most:
        yield f"| and {len(field.changes) - most} more | | |"


def _from_to(change: Change) -> str:
    """Returns what a value was and becomes; for amounts, those of the example return."""
    if change.before is not None and change.after is not None:
        return f"{change.before} → {change.after}"
    example = change.example
    return f"{example.before} → {example.after} (for example)" if example else "changes"


def _shown(example: Example | None) -> str:
    if example is None:
        return "no return was found that shows it"
    dates = {key: example.given[key] for key in _ALWAYS if key in example.given}
    facts = {**dates, **example.given}
    said = ", ".join(f"{key} {_plain(value)}" for key, value in facts.items())
    return clean(f"as for {said}")


def _plain(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)


def _data(found: PoliciesCompared) -> dict[str, object]:
    return {
        "before": found.before.reference,
        "after": found.after.reference,
        "proven": found.proven,
        "ordered_from": day_text(found.first_day),
        "facts": list(found.facts),
        "agreed": [each.name for each in found.agreed],
        "fields": [
            {
                "field": field.field,
                "proven": field.proven,
                "changes": [_change_data(change) for change in field.changes],
            }
            for field in found.fields
        ],
    }


def _change_data(change: Change) -> dict[str, object]:
    example = change.example
    return {
        "before": change.before,
        "after": change.after,
        "where": list(change.where),
        "example": {"given": example.given, "before": example.before, "after": example.after}
        if example
        else None,
    }
