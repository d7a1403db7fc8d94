"""Whether an edit provably goes only one way: fees lower, deadlines longer, answers looser.

What cannot be proved is refused: an edit must be harmless, not merely look it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.dates import never_shorter, parse_day, parse_length
from engine.policy.context import Context
from engine.policy.inheritance.edits import Path, Touched, place_of
from engine.policy.model import Amount, Bounded, Extreme, Fixed, Percent
from engine.policy.readers.amounts import amount
from engine.policy.text import Map, Node, Scalar
from engine.policy.topics.rows import ENDS

_BY_TOPIC: Final = {"deadlines": "longer_only", "fees": "lower_only"}
_SENTENCES: Final = {
    "lower_only": "fees may only become lower, and this cannot be shown to be.",
    "longer_only": "deadlines may only become longer, and this cannot be shown to be.",
    "loosen_only": "it may only be loosened: drop a row that refuses, or let one accept.",
}


def cannot_be_shown(
    rule: str, path: Path, after: Node | None, edit: Touched, ctx: Context
) -> str | None:
    """Returns the sentence that refuses an edit; None if it provably keeps to the rule."""
    meant = _BY_TOPIC.get(path[0], rule) if rule == "loosen_only" else rule
    if meant == "lower_only":
        shown = path[-1] == "fee" and _lower(after, edit, ctx)
    elif meant == "longer_only":
        shown = _longer(path[-1], edit)
    else:
        shown = _looser(path, after, edit)
    return None if shown else _SENTENCES[meant]


# --- fees -----------------------------------------------------------------------------------------


def _lower(after: Node | None, edit: Touched, ctx: Context) -> bool:
    new = _amounts([after], ctx)
    if not new or edit.kind == "drop":
        return False
    if edit.kind == "set":
        own = edit.row is not None or edit.field != "fee"
        before = _own(edit.before, "fee", edit.holder) if own else edit.before
        return _all_at_most(new[0], _amounts([before], ctx))
    if new[0] is None:
        return True
    if not _closed(edit.holder) or _decide(edit.holder) == "add_up":
        return False
    rows = _rows(edit.holder)
    if _decide(edit.holder) == "first":
        rows = rows[place_of(rows, edit.edit) :]  # the rows before it keep what they take
    return _all_at_most(new[0], _amounts([_own(row, "fee", edit.holder) for row in rows], ctx))


def _amounts(nodes: Sequence[Node | None], ctx: Context) -> list[Amount]:
    """Returns the amounts; an empty list if one cannot be read here (an own fact, say)."""
    quiet = ctx.quiet()
    found = [quiet.attempt(amount, node) for node in nodes if node is not None]
    return [] if quiet.faults or len(found) < len(nodes) else found


def _all_at_most(new: Amount, old: Sequence[Amount]) -> bool:
    return bool(old) and all(_at_most(new, each) for each in old)


def _at_most(new: Amount, old: Amount) -> bool:
    """Returns whether an amount is provably never more than another."""
    new, old = _as_extremes(new), _as_extremes(old)
    if isinstance(old, Extreme) and not old.greatest:
        return all(_at_most(new, part) for part in old.parts)
    if isinstance(new, Extreme):
        each = [_at_most(part, old) for part in new.parts]
        return all(each) if new.greatest else any(each)
    if isinstance(old, Extreme):
        return any(_at_most(new, part) for part in old.parts)
    return new is None or _plainly_at_most(new, old)


def _plainly_at_most(new: Amount, old: Amount) -> bool:
    if isinstance(new, Fixed) and isinstance(old, Fixed):
        return new.money.minor <= old.money.minor
    if isinstance(new, Percent) and isinstance(old, Percent):
        return new.of == old.of and new.millionths <= old.millionths
    return False


def _as_extremes(amount: Amount) -> Amount:
    """Turns the bounds of an amount into the lesser and the greater of it and each bound."""
    if not isinstance(amount, Bounded):
        return amount
    found = amount.amount
    if amount.at_least is not None:
        found = Extreme(greatest=True, parts=(found, amount.at_least))
    if amount.at_most is not None:
        found = Extreme(greatest=False, parts=(found, amount.at_most))
    return found


# --- deadlines ------------------------------------------------------------------------------------


def _longer(field: str, edit: Touched) -> bool:
    if edit.kind == "drop" or edit.after is None:
        return False
    if edit.kind == "add":
        return _closed(edit.holder) and (_decide(edit.holder) == "longest" or _endless(edit.after))
    if field not in ENDS:
        return False
    if edit.row is None:
        return field in ("within", "until") and _outlasts(field, edit.before, edit.after)
    if _endless(edit.after):
        return True
    before, after = _own(edit.before, field, edit.holder), _at(edit.after, field)
    return _outlasts(field, before, after)


def _outlasts(field: str, before: Node | None, after: Node | None) -> bool:
    if not isinstance(before, Scalar) or not isinstance(after, Scalar):
        return False
    try:
        if field == "until":
            return parse_day(after.text) >= parse_day(before.text)
        return never_shorter(parse_length(after.text), parse_length(before.text))
    except ValueError:
        return False


def _endless(row: Node) -> bool:
    node = _at(row, "no_limit")
    return isinstance(node, Scalar) and node.value is True


# --- answers --------------------------------------------------------------------------------------


def _looser(path: Path, after: Node | None, edit: Touched) -> bool:
    if edit.kind == "drop" and edit.field is None:
        return path[0] in ("demands", "limits") or _text(edit.before, "answer") == "refuse"
    if path[0] != "eligibility" or edit.kind == "drop":
        return False
    if edit.kind == "add":
        return _text(edit.after, "answer") == "accept"
    return path[-1] == "answer" and isinstance(after, Scalar) and after.text == "accept"


# --- rows -----------------------------------------------------------------------------------------


def _at(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Map) else None


def _text(node: Node | None, key: str) -> str:
    return node.text_of(key) if isinstance(node, Map) else ""


def _own(row: Node | None, key: str, holder: Map | None) -> Node | None:
    return _at(row, key) or (holder.get(key) if holder else None)


def _decide(holder: Map | None) -> str:
    return (holder.text_of("decide") if holder else "") or "first"


def _rows(holder: Map | None) -> list[Map]:
    return [row for row in holder.list_of("rows") if isinstance(row, Map)] if holder else []


def _closed(holder: Map | None) -> bool:
    """Returns whether some row applies in every case, so that a new row fills no gap."""
    return any("otherwise" in row.entries for row in _rows(holder))
