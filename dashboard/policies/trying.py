"""The scenario that sliders and choices make, and its days on a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from dashboard.policies.controls import CONDITIONS, REASONS

FIRST: Final = "try_ordered"
SLIDERS: Final = (
    ("try_delivered", "Delivered", 4, 60),
    ("try_requested", "Asked for", 20, 150),
)
"""Name, label, usual and most days after the order."""
CHOICES: Final = (("try_reason", "Reason", REASONS), ("try_condition", "Condition", CONDITIONS))
_PRICE: Final = "100.00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """Days after the order."""

    name: str
    label: str
    days: int
    most: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is tried: the day of the order, sliders, choices, and the facts of it all."""

    ordered: date
    sliders: tuple[Slider, ...]
    chosen: Mapping[str, str]
    facts: Mapping[str, Any]


def scenario(form: Mapping[str, str], first_day: str, currency: str) -> Scenario:
    """What a form says; what it does not say is usual."""
    ordered = _day(form.get(FIRST, "")) or _day(first_day) or date.today()  # noqa: DTZ011
    sliders = tuple(_slider(form, ordered, each) for each in SLIDERS)
    chosen = {
        name: form.get(name, "") if form.get(name) in dict(options) else ""
        for name, _, options in CHOICES
    }
    days = {each.name.removeprefix("try_"): each.day.isoformat() for each in sliders}
    said = {name.removeprefix("try_"): value for name, value in chosen.items() if value}
    usual = {
        "item_price": f"{currency} {_PRICE}",
        "packaging": "sealed_original",
        "reason": "change_of_mind",
        "condition": "new_unused",
    }
    facts = {**usual, "ordered": ordered.isoformat(), **days, **said}
    return Scenario(ordered=ordered, sliders=sliders, chosen=chosen, facts=facts)


def _slider(form: Mapping[str, str], ordered: date, said: tuple[str, str, int, int]) -> Slider:
    name, label, usual, most = said
    text = form.get(name, "")
    days = min(int(text[:5]), most) if text.isdecimal() else usual
    return Slider(name=name, label=label, days=days, most=most, day=ordered + timedelta(days=days))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One day: how far each of the two policies takes goods back on it."""

    day: date
    tone: str
    words: str


def calendar(found: Scenario, now: str, before: str) -> list[tuple[str, list[list[Cell | None]]]]:
    """Months of weeks of days, from the order to a week after the later of two last days."""
    last = [_day(each) for each in (now, before)]
    until = max([each for each in last if each], default=found.sliders[-1].day)
    end = min(max(until, found.sliders[-1].day) + timedelta(days=7), _most(found.ordered))
    days = [found.ordered + timedelta(days=n) for n in range((end - found.ordered).days + 1)]
    months: dict[str, list[Cell]] = {}
    for each in days:
        months.setdefault(f"{each:%B %Y}", []).append(_cell(each, found, last[0], last[1]))
    return [(name, _weeks(cells)) for name, cells in months.items()]


def _most(first: date) -> date:
    return first + timedelta(days=370)


def _cell(day: date, found: Scenario, now: date | None, before: date | None) -> Cell:
    inside = now is not None and day <= now
    was = before is not None and day <= before
    tone = {(True, True): "in", (True, False): "more", (False, True): "less"}.get(
        (inside, was), "out"
    )
    if before is None and inside:
        tone = "in"
    words = [
        {"in": "in time", "more": "new: in time", "less": "no longer", "out": "too late"}[tone]
    ]
    words += [each.label.lower() for each in found.sliders if each.day == day]
    words += ["ordered"] if day == found.ordered else []
    return Cell(day=day, tone=tone, words=", ".join(words))


def _weeks(cells: list[Cell]) -> list[list[Cell | None]]:
    padded: list[Cell | None] = [*[None] * cells[0].day.weekday(), *cells]
    padded += [None] * (-len(padded) % 7)
    return [padded[n : n + 7] for n in range(0, len(padded), 7)]
