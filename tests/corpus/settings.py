"""Turns settings of a corpus case (`partner_terms`, `policy_config`) into terms of a policy.

By convention a setting is the agreed value of the same name, or of the name without its unit
(`window_days` is `window`), or else a fact of that name. What the convention cannot say stands in a
side file; `terms/README.md` explains it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from givens import SETTINGS, shaped

from engine.policy.model import Agreed, Policy
from engine.policy.text import Map, parse
from engine.policy.vocabulary import FactType

UNITS: Final = [
    "business_days",
    "hours",
    "clock_days",
    "days",
    "weeks",
    "months",
    "years",
    "percent",
    "currency",
    "amount",
    "count",
]
ACTIONS: Final = frozenset(
    ["cases", "else", "for_each", "agreed", "edits", "facts", "settings", "divided_by"]
)
_HOLE: Final = re.compile(r"<([a-z][a-z0-9_.]*)>")


@dataclass(slots=True)
class Terms:
    """What the settings of a case come to; `unknown` could not be used and is a difference."""

    agreed: dict[str, Any] = field(default_factory=dict)
    edits: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def nodes(self) -> tuple[Map | None, tuple[Map, ...]]:
        """The agreed values and the edits as a policy file takes them."""
        agreed = _node(self.agreed) if self.agreed else None
        return agreed, tuple(_node(edit) for edit in self.edits)


def read_settings(given: Mapping[str, Any], policy: Policy, side: Mapping[str, Any]) -> Terms:
    """Every setting of a case, by the side file where it names it, else by convention."""
    terms = Terms()
    currency = str(given.get("currency") or policy.currency)
    names = {key: value for key, value in given.items() if key not in SETTINGS}
    for holder in SETTINGS:
        _settings(given.get(holder) or {}, names, terms, (policy, side, currency))
    return terms


Ground = tuple[Policy, Mapping[str, Any], str]


def _settings(
    settings: Mapping[str, Any], names: Mapping[str, Any], terms: Terms, ground: Ground
) -> None:
    for name, value in settings.items():
        if name in ground[1]:
            _act(ground[1][name], value, {**names, "name": name}, terms, ground)
        elif not _by_convention(name, value, terms, ground):
            terms.unknown.append(name)


# --- by convention --------------------------------------------------------------------------------


def _by_convention(name: str, value: Any, terms: Terms, ground: Ground) -> bool:
    policy, _, currency = ground
    declared = {agreed.name: agreed for agreed in policy.agreed}
    bare, unit = _split(name)
    agreed = declared.get(name) or declared.get(bare)
    if agreed is not None:
        terms.agreed[agreed.name] = _agreed(value, agreed, unit, currency)
        return True
    fact = None if isinstance(value, Mapping) else policy.facts.get(name)
    if fact is not None:
        terms.facts[name] = shaped(value, fact.type, currency)
    return fact is not None


def _split(name: str) -> tuple[str, str]:
    for unit in UNITS:
        if name.endswith(f"_{unit}"):
            return name[: -len(unit) - 1], unit
        if name == unit:
            return name, unit
    return name, "days"


def _agreed(value: Any, agreed: Agreed, unit: str, currency: str) -> Any:
    type_ = FactType(agreed.type)
    if type_ is FactType.LENGTH and isinstance(value, int):
        return f"{value} {unit.replace('_', ' ') if unit not in ('percent', 'count') else 'days'}"
    if type_ is FactType.COUNT:
        return int(value)
    return value if type_ is FactType.ROWS else shaped(value, type_, currency)


# --- by the side file -----------------------------------------------------------------------------


def _act(
    rule: Mapping[str, Any], value: Any, names: Mapping[str, Any], terms: Terms, ground: Ground
) -> None:
    if wrong := set(rule) - ACTIONS:
        terms.unknown.append(f"{names['name']} (side file: {', '.join(sorted(wrong))})")
        return
    if rule.get("for_each"):
        _each(rule, value, names, terms, ground)
        return
    if "divided_by" in rule:
        value = _plain(Decimal(str(value)) / Decimal(str(rule["divided_by"])))
    if rule.get("settings"):
        _settings(value, names, terms, ground)
    if "cases" in rule:
        chosen = {str(key).lower(): each for key, each in rule["cases"].items()}
        inner = chosen.get(str(value).lower(), rule.get("else"))
        if inner is None:
            terms.unknown.append(f"{names['name']}: {value}")
            return
        _act(inner, value, names, terms, ground)
    _write(rule, value, names, terms)


def _each(
    rule: Mapping[str, Any], value: Any, names: Mapping[str, Any], terms: Terms, ground: Ground
) -> None:
    inner = {key: each for key, each in rule.items() if key != "for_each"}
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value, 1)
    for number, (key, each) in enumerate(pairs, 1):
        _act(inner, each, {**names, "key": key, "n": number}, terms, ground)


def _write(rule: Mapping[str, Any], value: Any, names: Mapping[str, Any], terms: Terms) -> None:
    members = value if isinstance(value, Mapping) else {}
    holes = {**names, **members, "value": value}
    for name, template in (rule.get("agreed") or {}).items():
        filled = _filled(template, holes)
        if isinstance(filled, list) and isinstance(terms.agreed.get(name), list):
            filled = [*filled, *terms.agreed[name]]
        terms.agreed[name] = filled
    terms.edits += [_filled(template, holes) for template in rule.get("edits") or ()]
    terms.facts |= _filled(rule.get("facts") or {}, holes)


def _filled(template: Any, holes: Mapping[str, Any]) -> Any:
    """A template with its `<name>` replaced; an entry whose hole has no value is left out."""
    if isinstance(template, Mapping):
        return {
            key: _filled(each, holes) for key, each in template.items() if not _hollow(each, holes)
        }
    if isinstance(template, list):
        return [_filled(each, holes) for each in template]
    if not isinstance(template, str):
        return _plain(template)
    if (whole := _HOLE.fullmatch(template)) is not None:
        return _plain(holes[whole[1]])
    return _HOLE.sub(lambda hole: str(_plain(holes[hole[1]])), template)


def _hollow(template: Any, holes: Mapping[str, Any]) -> bool:
    return isinstance(template, str) and any(name not in holes for name in _HOLE.findall(template))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value


def _node(data: Any) -> Map:
    node = parse(json.dumps(data), "settings of the case")
    assert isinstance(node, Map)
    return node
