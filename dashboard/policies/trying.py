"""The scenario made by sliders and choices, and its days on a calendar."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from dashboard.doing import Refused
from dashboard.forms import as_day, day, unpacked, whole
from dashboard.policies.controls import CONDITIONS, REASONS

FIRST: Final = "try_ordered"
SLIDERS: Final = (
    ("try_delivered", "Delivered", 4, 60),
    ("try_requested", "Requested", 20, 150),
)
"""Name, label, default and maximum of days after the order."""
CHOICES: Final = (("try_reason", "Reason", REASONS), ("try_condition", "Condition", CONDITIONS))
GIVEN: Final = "facts"
"""The parameter or field that holds the facts of a return as JSON, instead of the usual ones."""
_PRICE: Final = "100.00"
_NUMBER: Final = re.compile(r"[0-9]{1,15}\Z")
_WORDS: Final[Mapping[str, Any]] = {"true": True, "false": False, "null": None}
_LONGEST: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """A number of days after the order."""

    name: str
    label: str
    days: int
    most: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The scenario to try: the day of the order, sliders, choices, and all its facts.

    `given` are the facts that it started with, as JSON; empty for the usual ones. `asked` are the
    yes-or-no facts that the policy's rows test, `usual` the usual facts of its tests, and `assumed`
    what each choice stands for as long as nothing is chosen.
    """

    ordered: date
    sliders: tuple[Slider, ...]
    chosen: Mapping[str, str]
    facts: Mapping[str, Any]
    given: str = ""
    asked: tuple[str, ...] = ()
    usual: Mapping[str, Any] = field(default_factory=dict)
    assumed: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_tests(self) -> set[str]:
        """The choices whose assumed value is that of the policy's tests."""
        return {name for name in self.assumed if name.removeprefix("try_") in self.usual}


def refuse(form: Mapping[str, str]) -> None:
    """Raises `Refused` for values that `scenario` cannot read, before anything is saved."""
    if form.get(FIRST):
        day(form[FIRST], FIRST)
    for name, *_ in SLIDERS:
        whole(form.get(name) or "0", name)
    _given(form.get(GIVEN, ""))


def scenario(form: Mapping[str, str], tree: Any) -> Scenario:
    """Reads the scenario of a form; missing values are those given, or else the usual ones.

    Raises `Refused` for invalid dates.
    """
    about = tree if isinstance(tree, Mapping) else {}
    first_day, currency = first_day_of(about), str(about.get("currency", "USD"))
    given = _given(form.get(GIVEN, ""))
    first = as_day(given.get("ordered")) or as_day(first_day) or date.today()  # noqa: DTZ011
    ordered = day(form[FIRST], FIRST) if form.get(FIRST) else first
    usual = {each[0]: _days_given(given, first, each) for each in SLIDERS}
    sliders = tuple(_slider(form, ordered, each, usual[each[0]]) for each in SLIDERS)
    chosen = {
        name: form.get(name, "") if form.get(name) in dict(options) else ""
        for name, _, options in CHOICES
    }
    asked = tuple(dict.fromkeys(_asked(about)))
    for name in (f"try_{each}" for each in asked):
        chosen[name] = form.get(name, "") if form.get(name) in ("true", "false") else ""
    moved = [each for each in sliders if not given or each.days != usual[each.name]]
    if given and ordered != first:
        moved = [each for each in sliders if given.get(each.name.removeprefix("try_"))]
    days = {each.name.removeprefix("try_"): each.day.isoformat() for each in moved}
    said: dict[str, Any] = {
        name.removeprefix("try_"): value for name, value in chosen.items() if value
    }
    said |= {each: said[each] == "true" for each in asked if each in said}
    of_tests = _usual_in_tests(about)
    usual_facts = {**_usual(currency), **of_tests}
    facts = {**(given or usual_facts), "ordered": ordered.isoformat(), **days, **said}
    return Scenario(
        ordered=ordered,
        sliders=sliders,
        chosen=chosen,
        facts=facts,
        given=json.dumps(given) if given else "",
        asked=asked,
        usual=of_tests,
        assumed={name: str(usual_facts[name.removeprefix("try_")]) for name, *_ in CHOICES},
    )


def first_day_of(about: Mapping[str, Any]) -> str:
    """Returns the first day of a text's period; empty if it has none."""
    effective = about.get("effective")
    return str(effective.get("from", "")) if isinstance(effective, Mapping) else ""


def _asked(tree: Any) -> Iterator[str]:
    """Yields the facts that conditions of a text compare with yes or no."""
    for key, each in tree.items() if isinstance(tree, Mapping) else enumerate(tree):
        if key == "when":
            yield from _yes_or_no(each)
        elif key == "groups" and isinstance(each, Mapping):
            yield from _yes_or_no(list(each.values()))
        elif isinstance(each, Mapping | list) and key != "tests":
            yield from _asked(each)


def _yes_or_no(condition: Any) -> Iterator[str]:
    if isinstance(condition, list):
        for each in condition:
            yield from _yes_or_no(each)
    elif isinstance(condition, Mapping):
        for key, value in condition.items():
            if value in ("true", "false"):
                yield str(key)
            elif isinstance(value, list):
                yield from _yes_or_no(value)


def _usual(currency: str) -> dict[str, Any]:
    return {
        "item_price": f"{currency} {_PRICE}",
        "packaging": "sealed_original",
        "reason": "change_of_mind",
        "condition": "new_unused",
    }


def _usual_in_tests(about: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the usual facts of a text's tests, except the dates that sliders set."""
    tests = about.get("tests")
    usual = tests.get("usual") if isinstance(tests, Mapping) else None
    found = usual if isinstance(usual, Mapping) else {}
    own = {"ordered", *(name.removeprefix("try_") for name, *_ in SLIDERS)}
    return {
        str(name): _WORDS.get(value, int(value) if _NUMBER.match(value) else value)
        for name, value in found.items()
        if name not in own and isinstance(value, str) and len(value) <= _LONGEST
    }


def _given(text: str) -> dict[str, Any]:
    """Reads facts as JSON, none for an empty text; raises `Refused`."""
    found = unpacked(text, _LONGEST) if text else {}
    if not isinstance(found, dict):
        raise Refused(f"The facts to try must be a JSON object of up to {_LONGEST:,} characters.")
    odd = next((name for name, each in found.items() if not _plain(each)), None)
    if odd is not None:
        raise Refused(f"The fact “{odd[:40]}” to try has an invalid value.")
    return found


def _plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    return value is None or isinstance(value, str | bool | int)


def _days_given(given: Mapping[str, Any], ordered: date, said: tuple[str, str, int, int]) -> int:
    known = as_day(given.get(said[0].removeprefix("try_")))
    return max(0, (known - ordered).days) if known else said[2]


def _slider(
    form: Mapping[str, str], ordered: date, said: tuple[str, str, int, int], usual: int
) -> Slider:
    name, label, _, most = said
    most, text = max(most, usual), form.get(name, "")
    days = min(whole(text, name), most) if text else usual
    return Slider(name=name, label=label, days=days, most=most, day=ordered + timedelta(days=days))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One day: whether each of the two policies takes goods back on it."""

    day: date
    tone: str
    words: str


def calendar(found: Scenario, now: str, before: str) -> list[tuple[str, list[list[Cell | None]]]]:
    """Returns months of weeks of days, from the order to a week after the later of two
    last days.
    """
    last = [as_day(each, date.max.year) for each in (now, before)]
    until = max([each for each in last if each], default=found.sliders[-1].day)
    week = timedelta(days=7)  # added last, since no day follows the end of 9999
    end = min(max(until, found.sliders[-1].day), _most(found.ordered) - week) + week
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
        {"in": "in time", "more": "in time (new)", "less": "no longer in time", "out": "too late"}[
            tone
        ]
    ]
    words += [each.label.lower() for each in found.sliders if each.day == day]
    words += ["ordered"] if day == found.ordered else []
    return Cell(day=day, tone=tone, words=", ".join(words))


def _weeks(cells: list[Cell]) -> list[list[Cell | None]]:
    padded: list[Cell | None] = [*[None] * cells[0].day.weekday(), *cells]
    padded += [None] * (-len(padded) % 7)
    return [padded[n : n + 7] for n in range(0, len(padded), 7)]
