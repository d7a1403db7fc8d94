"""The list of commands, and the handling of errors that reach the top."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.metadata import version as installed_version
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from engine.characters import wrong_text
from engine.errors import PolicyFaults, RequestFault, TakebackError
from takeback import interrupts
from takeback.terminal import complain, say, stderr

_WRITE, _ASK = "Write a policy", "Ask a policy"
_SERVE, _RUN = "Publish and serve", "Look after a server"
_COMMANDS: Final = {
    "new": (_WRITE, "takeback.commands.new", "new"),
    "check": (_WRITE, "takeback.commands.check", "check"),
    "fmt": (_WRITE, "takeback.commands.fmt", "fmt"),
    "test": (_WRITE, "takeback.commands.test", "run_tests"),
    "schema": (_WRITE, "takeback.commands.schema", "schema"),
    "explain": (_ASK, "takeback.commands.explain", "explain"),
    "preview": (_ASK, "takeback.commands.preview", "preview"),
    "compare": (_ASK, "takeback.commands.compare", "compare"),
    "show": (_ASK, "takeback.commands.show", "show"),
    "publish": (_SERVE, "takeback.commands.publish", "publish"),
    "withdraw": (_SERVE, "takeback.commands.withdraw", "withdraw"),
    "serve": (_SERVE, "takeback.commands.serve", "serve"),
    "demo": (_SERVE, "takeback.commands.demo", "demo"),
    "worker": (_RUN, "takeback.commands.money.worker", "worker"),
    "reconcile": (_RUN, "takeback.commands.money.reconcile", "reconcile"),
    "replay": (_RUN, "takeback.commands.replay", "replay"),
    "database": (_RUN, "takeback.commands.database", "database"),
    "partner": (_RUN, "takeback.commands.partners", "partner"),
    "key": (_RUN, "takeback.commands.partners", "key"),
    "journal": (_RUN, "takeback.commands.money.journal", "journal"),
    "gateway": (_RUN, "takeback.commands.money.gateway", "gateway"),
    "credit": (_RUN, "takeback.commands.money.credit", "credit"),
    "orders": (_RUN, "takeback.commands.orders", "orders"),
    "products": (_RUN, "takeback.commands.goods.products", "products"),
    "stock": (_RUN, "takeback.commands.goods.stock", "stock"),
    "feeds": (_RUN, "takeback.commands.goods.feeds", "feeds"),
}
"""By the name of a command: its panel in the help, its module, and its function or group."""


class Commands(Mapping[str, Any]):
    """The commands, each imported only when it is used: most need modules that others do not."""

    def __getitem__(self, name: str) -> Any:
        panel, module, attribute = _COMMANDS[name]
        found = getattr(import_module(module), attribute)
        alone = typer.Typer(
            rich_markup_mode="rich", pretty_exceptions_enable=False, add_completion=False
        )
        if isinstance(found, typer.Typer):
            alone.add_typer(found, name=name, rich_help_panel=panel)
            return typer.main.get_group(alone).commands[name]
        alone.command(name, rich_help_panel=panel)(found)
        return typer.main.get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter(_COMMANDS)

    def __len__(self) -> int:
        return len(_COMMANDS)


class Door(TyperGroup):
    """Prints errors as one sentence and sets the exit code; TAKEBACK_DEBUG=1 lets them through."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Commands()  # type: ignore[assignment]

    def invoke(self, ctx: Any) -> Any:
        _say_whatever_comes()
        try:
            _check_what_was_typed([*ctx._protected_args, *ctx.args])
            with interrupts.heard():
                return super().invoke(ctx)
        except TakebackError as error:
            _explain(error)
            raise typer.Exit(2 if isinstance(error, RequestFault) else 1) from None
        except KeyboardInterrupt:
            complain("stopped.")
            raise typer.Exit(interrupts.CODE) from None
        except (typer.Exit, typer.Abort, typer.TyperException, EOFError, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("TAKEBACK_DEBUG") == "1":
                raise
            complain(f"unexpected {type(error).__name__}: {_first_line(error)}")
            complain("this is a bug; TAKEBACK_DEBUG=1 shows where it happened.")
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=Door,
    name="takeback",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _say_whatever_comes() -> None:
    """Prints a file name that is not UTF-8 by its bytes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _check_what_was_typed(words: Sequence[str]) -> None:
    """Raises `RequestFault` for a hidden character, unless the word names an existing file."""
    for word in words:
        shown = word.encode(errors="surrogateescape").decode(errors="replace")
        wrong = wrong_text(shown)
        if wrong and not os.path.lexists(word):
            raise RequestFault("hidden_character", f"`{shown[:60]}`: {wrong}")


def _explain(error: TakebackError) -> None:
    if not isinstance(error, PolicyFaults):
        complain(str(error))
        return
    for fault in error.faults:
        say(stderr(), str(fault))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no message"])[0][:200]


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"takeback {installed_version('takeback')}")
        raise typer.Exit


@app.callback()
def takeback(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version)
    ] = False,
) -> None:
    """Write return policies in YAML, test them, evaluate them and serve them.

    [bold]Example:[/bold] takeback new returns.yaml --yes && takeback test returns.yaml
    """
