"""What a new key may do, by names that people know in place of the API's single things."""

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
    """A kind of key: what it is for, and all that it may do; None for all that its role may.

    `heart` is what it is offered for: only by who may do that too.
    """

    title: str
    tells: str
    without: str = ""
    """What it tells to who may not decide returns."""
    scopes: frozenset[str] | None = None
    heart: frozenset[str] = frozenset()
    role: str = ""
    """Empty for the role of the partner itself."""


PRESETS: Final[dict[str, Preset]] = {
    "support": Preset(
        title="Support",
        tells="Looks at everything, and decides returns.",
        without="Looks at everything, and opens returns.",
        role="SUPPORT",
    ),
    "refunds": Preset(
        title="Support that refunds",
        tells="The same, and refunds orders.",
        scopes=_SUPPORT | {"REFUND_ORDERS"},
        heart=frozenset({"JUDGE_RETURNS", "REFUND_ORDERS"}),
    ),
    "dock": Preset(
        title="Dock",
        tells="Counts and inspects what comes back.",
        scopes=frozenset({"READ_RETURNS", "READ_ORDERS", "READ_STOCK", "HANDLE_RETURNS"}),
        heart=frozenset({"HANDLE_RETURNS"}),
    ),
    "finance": Preset(
        title="Finance",
        tells="Says what was paid, refunds orders, and settles what is stuck.",
        scopes=_READS | {"SET_PAYMENTS", "REFUND_ORDERS", "RESOLVE_SETTLEMENTS"},
        heart=frozenset({"SET_PAYMENTS", "REFUND_ORDERS", "RESOLVE_SETTLEMENTS"}),
    ),
    "read": Preset(title="Read only", tells="Looks at everything, changes nothing.", scopes=_READS),
    "everything": Preset(title="Everything", tells="All that your own key may do."),
}


def offered(me: dict[str, Any]) -> dict[str, Preset]:
    """Those that whoever issues keys may give: nobody gives more than they have."""
    own = set(me["scopes"])
    decides = "JUDGE_RETURNS" in own
    return {
        name: each if decides or not each.without else replace(each, tells=each.without)
        for name, each in PRESETS.items()
        if each.heart <= own
    }


def asked_for(me: dict[str, Any], name: str, ticked: Sequence[str]) -> dict[str, Any]:
    """The role and what the key may do, as the API takes them; what is ticked goes first.

    What is ticked is of the issuer's own role, which is allowed all that is offered there.
    """
    if ticked:
        return {"role": me["role"], "scopes": list(ticked)}
    preset = PRESETS.get(name, PRESETS["read"])
    scopes: Collection[str] | None = None
    if preset.scopes is not None:
        scopes = sorted(preset.scopes & set(me["scopes"]))
    return {"role": preset.role or me["partner"]["kind"], "scopes": scopes}
