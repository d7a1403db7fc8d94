"""Shows agreed terms in a terminal: what may be agreed, what is, and what other terms change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from adapters.store.terms import as_written
from engine.policy.model import Agreed
from engine.policy.printing.yaml import flow
from services.partners.agreeing import Agreement, ChangedRow, TermsChange
from services.partners.forbidding import StandingEdition, TermsNotAllowed
from services.policies.sentences import Sentence
from takeback.terminal import complain, counted, say, stderr


def show_agreed(console: Console, found: Agreement) -> None:
    """Shows every value that may be agreed: what is agreed, the default and the allowed range."""
    for each in found.editions:
        say(console, (each.called.replace("`", ""), "bold"))
        for declared in each.file.policy.agreed:
            agreed = found.terms.get(declared.name)
            value = "default" if agreed is None else as_written(agreed)
            say(console, f"  {declared.name}: {value}  ({_limits(declared)})")
        if not each.file.policy.agreed:
            say(console, "  lets partners agree on nothing")
    for name in _gone(found.editions, found):
        say(console, f"{name}: {as_written(found.terms[name])}  (no version takes it)")


def show_change(console: Console, change: TermsChange) -> None:
    """Shows which values and rows other terms change."""
    if not change.values:
        say(console, "exactly this is agreed already")
    for value in change.values:
        default = f"{value.default or 'none'} (default)"
        say(console, f"{value.name}: {value.before or default} -> {value.after or default}")
    for effect in change.effects:
        say(console, (effect.edition.called.replace("`", ""), "bold"))
        if effect.was_broken:
            say(console, "  forbids what is agreed now; its returns are decided again")
        for row in effect.rows:
            _show_row(console, row)


@contextmanager
def refusals() -> Iterator[None]:
    """Shows every value that an edition forbids, and ends the command with exit code 1."""
    try:
        yield
    except TermsNotAllowed as error:
        for each in error.refused:
            source = each.fault.source
            say(stderr(), (f"{source.file}:{source.line}: ", "red"), each.fault.sentence)
        complain(f"nothing was set: {counted(len(error.refused), 'refusal')}.")
        raise typer.Exit(1) from None


def _limits(declared: Agreed) -> str:
    bounds = (("at least", declared.at_least), ("at most", declared.at_most))
    said = [f"default {flow(declared.default) if declared.default else 'none'}"]
    said += [f"{word} {flow(bound)}" for word, bound in bounds if bound]
    said += [f"one of {', '.join(declared.of)}"] if declared.of else []
    return ", ".join(said)


def _gone(editions: tuple[StandingEdition, ...], found: Agreement) -> list[str]:
    names = {each.name for one in editions for each in one.file.policy.agreed}
    return [name for name in found.terms if name not in names]


def _show_row(console: Console, row: ChangedRow) -> None:
    say(console, f"  {row.topic}: {_words(row.before)}")
    say(console, f"    then: {_words(row.after)}")


def _words(row: Sentence | None) -> str:
    if row is None:
        return "no rule"
    return f"{row.when}: {row.sentence}" if row.when else row.sentence
