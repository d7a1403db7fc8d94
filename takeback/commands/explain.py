"""`takeback explain`: what a policy decides for one scenario, with the full explanation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.comparing.nearest import WouldAccept, would_accept
from engine.decision.decide import Decider
from engine.decision.record import Decision, ReturnDecision
from engine.policy.editions import PolicyFile
from engine.policy.model import Policy
from services.policies.scenarios import Scenario, edition_for
from takeback.commands.completion import test_names
from takeback.commands.opened import SCENARIO, File, Format, open_one
from takeback.explanation_view import Story
from takeback.scenarios import facts as s
from takeback.terminal import complain, stdout


def explain(  # noqa: PLR0913 - one parameter for each option
    file: File,
    *,
    given: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A fact; a value is a word, a number or a list.",
            rich_help_panel=SCENARIO,
        ),
    ] = None,
    given_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Facts in YAML or JSON.", rich_help_panel=SCENARIO),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Take the facts of this embedded test.",
            autocompletion=test_names,
            rich_help_panel=SCENARIO,
        ),
    ] = None,
    line: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE;...",
            help="One line of a return; repeat for more.",
            rich_help_panel=SCENARIO,
        ),
    ] = None,
    agreed: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A value agreed with one partner.",
            rich_help_panel=SCENARIO,
        ),
    ] = None,
    format_: Annotated[
        Format,
        typer.Option("--format", help="An explanation for people, or the record for programs."),
    ] = Format.TEXT,
) -> None:
    """Decide one scenario and explain the decision in full.

    Facts come from --case, then --given-file, then --given: the later ones win, and
    the value not_sent removes a fact. With --line a whole return is decided.
    To see many scenarios side by side, use [bold]preview[/bold].

    [bold]Example:[/bold] takeback explain returns.yaml --given ordered=2025-03-01
    --given final_sale=true --given 'item_price=USD 40.00'
    """
    opened, shelf = open_one(file)
    scenario = s.of_case(opened.file, case) if case is not None else Scenario(given={})
    scenario = s.with_facts(scenario, s.of_file(given_file) if given_file else {})
    scenario = s.with_facts(scenario, s.of_pairs(given or [], "--given"))
    more = {"lines": list(s.of_lines(line)) if line else None, "agreed": s.agreed_of(agreed or [])}
    scenario = s.with_facts(scenario, {name: value for name, value in more.items() if value})
    edition, decision, nearest = _decide(opened.file, scenario)
    if format_ is Format.JSON:
        data = decision.to_data()
        if nearest is not None:
            data["would_accept"] = msgspec.to_builtins(nearest)
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        _tell(Story(stdout(), shelf.shown, edition), decision, nearest)


def _decide(
    file: PolicyFile, scenario: Scenario
) -> tuple[Policy, Decision | ReturnDecision, WouldAccept | None]:
    """Returns the edition, its decision, and what would have been accepted, unless it is accepted
    or something is asked for."""
    if scenario.agreed or scenario.edits:
        file = file.with_terms(scenario.agreed, scenario.edits)
    dates = {**scenario.given, **(scenario.lines[0] if scenario.lines else {})}
    edition, in_force = edition_for(file, dates)
    if not in_force:
        complain(f"{edition.reference} is not in force on the day it was {edition.applies_by}.")
    decider = Decider(edition, native=True)
    if scenario.lines:
        return edition, decider.decide_return(*scenario.apart), None
    decision = decider.decide(scenario.given)
    has_none = decision.answer in ("accept", "ask")
    return edition, decision, None if has_none else would_accept(decider, scenario.given)


def _tell(story: Story, decision: Decision | ReturnDecision, nearest: WouldAccept | None) -> None:
    if isinstance(decision, ReturnDecision):
        story.tell_return(decision)
    else:
        story.tell(decision, nearest)
