"""Renders a comparison with the gateway as a web page to keep or show."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from string import Template
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from adapters.store.money.comparing import Comparison, SettlementDifference

LISTS: Final = (
    ("missing", "Not listed by Stripe", "We say that it moved, and Stripe shows nothing of it."),
    ("adopted", "Made by hand", "Stripe shows it, we had not made it; it counts from now on."),
    ("differing", "Differs", "Both show it, with another amount or state."),
)
"""The three lists of a comparison: its field, its heading, and an explanation."""

_COLUMNS: Final = ("Amount", "Of it tax", "Settlement", "At Stripe", "Here", "There")
_HEAD: Final = "".join(f"<th>{name}</th>" for name in _COLUMNS)
_PAGE: Final = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Settlements compared with Stripe</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 3rem auto }
  table { border-collapse: collapse; width: 100% }
  td, th { text-align: left; padding: 0.2rem 0.8rem 0.2rem 0; border-bottom: 1px solid #ddd }
  .good { color: #186a3b } .bad { color: #a04000 }
</style>
<h1>Settlements compared with Stripe</h1>
$parts
</html>
""")


def page(compared: Iterable[tuple[str, Comparison]]) -> str:
    """Returns the page, with a section for each partner (handle)."""
    return _PAGE.substitute(parts="\n".join(_part(name, done) for name, done in compared))


def _part(name: str, done: Comparison) -> str:
    said = f"{done.seen} movements since {done.since:%Y-%m-%d %H:%M} UTC"
    head = f"<h2>{escape(name)}</h2>\n<p>{_word(done)} {said}, compared at "
    head += f"{done.ended_at:%Y-%m-%d %H:%M:%S} UTC.</p>"
    if done.clock_off:
        head += f'\n<p><b class="bad">Our clock is off:</b> {escape(clock_sentence(done))}</p>'
    return "\n".join([head, *(_table(done, *each) for each in LISTS), _unread(done)])


def _unread(done: Comparison) -> str:
    """Renders the events that were not understood, which are in none of the lists."""
    if not done.unread:
        return ""
    columns = ("Event", "Times", "Last", "Why", "API version", "To be read again")
    head = "".join(f"<th>{name}</th>" for name in columns)
    rows = "\n".join(
        "<tr>"
        + "".join(
            f"<td>{escape(str(cell))}</td>"
            for cell in (
                each.type,
                each.times,
                f"{each.last_at:%Y-%m-%d %H:%M}",
                each.why.replace("_", " "),
                each.version,
                each.reference,
            )
        )
        + "</tr>"
        for each in done.unread
    )
    said = "Stripe told this, and it is not understood, or the key may not read it."
    return f"<h3>Not read</h3>\n<p>{said}</p>\n<table>\n<tr>{head}</tr>\n{rows}\n</table>"


def clock_sentence(done: Comparison) -> str:
    """Says by how much our clock was off."""
    word = "ahead of" if done.clock_off > 0 else "behind"
    return f"{abs(done.clock_off):,} seconds {word} Stripe's; set it right (NTP)."


def _word(done: Comparison) -> str:
    if done.trouble:
        return f'<b class="bad">Could not be compared:</b> {escape(done.trouble)}'
    return '<b class="good">Agrees:</b>' if done.agrees else '<b class="bad">Differs:</b>'


def _table(done: Comparison, field: str, heading: str, meaning: str) -> str:
    found: tuple[SettlementDifference, ...] = getattr(done, field)
    if not found:
        return ""
    rows = "\n".join(_row(each) for each in found)
    return f"<h3>{heading}</h3>\n<p>{meaning}</p>\n<table>\n<tr>{_HEAD}</tr>\n{rows}\n</table>"


def _row(each: SettlementDifference) -> str:
    where = (each.settlement, each.reference)
    cells = (each.amount, each.tax, *where, each.ours or "unknown", each.theirs)
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
