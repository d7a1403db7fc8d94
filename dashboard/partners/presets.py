"""Presets of scopes for new keys, under names that people know."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

_READS: Final = frozenset(
    {"ASK", "READ_POLICIES", "READ_DECISIONS", "READ_ORDERS", "READ_RETURNS"}
    | {"READ_STOCK", "READ_MONEY"}
)
_SUPPORT: Final = _READS | {
    *("REQUEST_RETURNS", "HANDLE_RETURNS", "JUDGE_RETURNS"),
    *("PREVIEW_POLICIES", "CONFIRM_ORDERS", "AMEND_ORDERS"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A preset: its use and its scopes; None for all scopes of its role.

    `heart` are its main scopes: only issuers who have them are offered the preset.
    """

    title: str
    tells: str
    without: str = ""
    """Its description for issuers who may not decide returns."""
    scopes: frozenset[str] | None = None
    heart: frozenset[str] = frozenset()
    role: str = ""
    """Empty for the partner's own role."""


PRESETS: Final[dict[str, Preset]] = {
    "support": Preset(
        title="Support",
        tells="Views everything and decides returns.",
        without="Views everything and opens returns.",
        role="SUPPORT",
    ),
    "refunds": Preset(
        title="Support with refunds",
        tells="The same, and refunds orders.",
        scopes=_SUPPORT | {"REFUND_ORDERS"},
        heart=frozenset({"JUDGE_RETURNS", "REFUND_ORDERS"}),
    ),
    "dock": Preset(
        title="Dock",
        tells="Receives and inspects returned goods.",
        scopes=frozenset({"READ_RETURNS", "READ_ORDERS", "READ_STOCK", "HANDLE_RETURNS"}),
        heart=frozenset({"HANDLE_RETURNS"}),
    ),
    "finance": Preset(
        title="Finance",
        tells="Records payments, refunds orders and resolves stuck settlements.",
        scopes=_READS | {"SET_PAYMENTS", "REFUND_ORDERS", "RESOLVE_SETTLEMENTS"},
        heart=frozenset({"SET_PAYMENTS", "REFUND_ORDERS", "RESOLVE_SETTLEMENTS"}),
    ),
    "read": Preset(title="Read only", tells="Views everything, changes nothing.", scopes=_READS),
    "everything": Preset(title="Full access", tells="Everything your own key allows."),
}


def offered(me: dict[str, Any]) -> dict[str, Preset]:
    """Returns the presets that the user may issue: nobody can give more than they have."""
    own = set(me["scopes"])
    decides = "JUDGE_RETURNS" in own
    return {
        name: each if decides or not each.without else replace(each, tells=each.without)
        for name, each in PRESETS.items()
        if each.heart <= own
    }


def asked_for(me: dict[str, Any], name: str, ticked: Sequence[str]) -> dict[str, Any]:
    """Returns role and scopes as the API's input; ticked scopes take precedence.

    Ticked scopes are of the issuer's own role, which has everything offered there.
    """
    if ticked:
        return {"role": me["role"], "scopes": list(ticked)}
    preset = PRESETS.get(name, PRESETS["read"])
    scopes: Collection[str] | None = None
    if preset.scopes is not None:
        scopes = sorted(preset.scopes & set(me["scopes"]))
    return {"role": preset.role or me["partner"]["kind"], "scopes": scopes}
