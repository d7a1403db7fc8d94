"""`takeback new`: asks a few questions and writes a first policy with its tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from shlex import quote
from typing import Annotated, Any, Final

import typer

from engine.dates import day_text, parse_day
from engine.money import CURRENCIES
from engine.policy.faults import nearest
from services.policies.starter import Answers, Payer, Remedy, policy_text
from takeback.terminal import complain, say, stdout

_ID: Final = re.compile(r"[a-z0-9][a-z0-9_.-]*/[a-z0-9][a-z0-9_.-]*\Z")
_MOST_DAYS: Final = 3_650
_LAST_YEAR: Final = 2999
_POLICY: Final = "acme-supply/standard"


def new(  # noqa: PLR0913 - one parameter for each question
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="PATH", help="The file to write; by default named by the policy's id."
        ),
    ] = None,
    *,
    policy: Annotated[
        str | None, typer.Option(metavar="SUPPLIER/NAME", help="The policy's id.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help="Its currency, for example USD.")
    ] = None,
    first_day: Annotated[
        str | None, typer.Option(metavar="DATE", help="The first day on which it is in force.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=0, max=_MOST_DAYS, help="Days from delivery to return.")
    ] = None,
    remedy: Annotated[Remedy | None, typer.Option(help="What the retailer gets.")] = None,
    shipping: Annotated[Payer | None, typer.Option(help="Who pays for return shipping.")] = None,
    packaging: Annotated[
        bool | None,
        typer.Option("--packaging/--no-packaging", help="Is the original packaging required?"),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Use defaults; ask nothing.")] = False,
) -> None:
    """Write a first policy from a few answers.

    Every answer is also an option. The policy comes with passing tests for the last
    day of the window and the day after it.

    [bold]Example:[/bold] takeback new returns.yaml --days 45 --remedy refund --yes
    """
    if path is not None:
        _refuse_to_overwrite(path)
    ask = _Questions(yes)
    answers = Answers(
        policy=ask("Policy id, as supplier/name", policy, _POLICY, _policy_id),
        currency=ask("Currency", currency, "USD", _currency),
        first_day=ask("First day on which it is in force", first_day, _today(), _day),
        days=ask("Days from delivery in which goods may come back", days, 30, _days),
        remedy=ask("Does the retailer get credit or refund", remedy, Remedy.CREDIT, _remedy),
        payer=ask(
            "Who pays for return shipping: consumer, retailer or supplier",
            shipping,
            Payer.CONSUMER,
            _payer,
        ),
        packaging=ask("Is the original packaging required (yes or no)", packaging, "no", _yes_no),
    )
    target = path or Path(f"{answers.policy.rpartition('/')[2]}.yaml")
    _write(target, policy_text(answers))
    _say_what_next(target)


class _Questions:
    """Asks what no option answered, repeatedly until the answer is valid; `yes` uses defaults."""

    def __init__(self, yes: bool) -> None:
        self._yes = yes

    def __call__(
        self, question: str, given: object, default: object, read: Callable[[str], Any]
    ) -> Any:
        if given is not None or self._yes:
            return read(str(default if given is None else given))
        return typer.prompt(question, default=str(default), value_proc=read)


def _refuse_to_overwrite(path: Path) -> None:
    if path.exists() or path.is_symlink():
        complain(f"`{path}` exists already and is left as it is; choose another file.")
        raise typer.Exit(2)


def _write(path: Path, text: str) -> None:
    _refuse_to_overwrite(path)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        complain(f"`{path}` cannot be written: {error.strerror}.")
        raise typer.Exit(2) from None


def _say_what_next(path: Path) -> None:
    console, name = stdout(), quote(str(path))
    say(console, ("Written: ", "green"), str(path))
    say(console, "Next:")
    say(console, f"  takeback check {name}")
    say(console, f"  takeback test {name}")
    say(console, f"  takeback publish {name} --owner PARTNER")


# --- answers --------------------------------------------------------------------------------------


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _policy_id(text: str) -> str:
    if not _ID.match(text.strip()):
        sentence = "write supplier/name in small letters, digits, `-`, `_` and `.`"
        raise typer.BadParameter(f"`{text}` is not a policy id; {sentence}.")
    return text.strip()


def _currency(text: str) -> str:
    code = text.strip().upper()
    if not text.isascii() or code not in CURRENCIES:
        raise typer.BadParameter(f"`{text}` is not a currency of ISO 4217.")
    return code


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(day_text(parse_day(text.strip())))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if day.year > _LAST_YEAR:
        raise typer.BadParameter(f"`{day}` is later than the year {_LAST_YEAR}.")
    return day


def _days(text: str) -> int:
    if not text.strip().isdecimal() or int(text) > _MOST_DAYS:
        raise typer.BadParameter(f"`{text}` is not a whole number from 0 to {_MOST_DAYS:,}.")
    return int(text)


def _remedy(text: str) -> Remedy:
    return Remedy(_one_of(text, list(Remedy)))


def _payer(text: str) -> Payer:
    return Payer(_one_of(text, list(Payer)))


def _yes_no(text: str) -> bool:
    short = {"y": "yes", "true": "yes", "n": "no", "false": "no"}
    return _one_of(short.get(text.strip().lower(), text), ["yes", "no"]) == "yes"


def _one_of(text: str, words: list[str]) -> str:
    word = text.strip().lower()
    if word not in words:
        known = ", ".join(f"`{each}`" for each in words)
        raise typer.BadParameter(f"`{text}` is none of {known}.{nearest(word, words)}")
    return word
