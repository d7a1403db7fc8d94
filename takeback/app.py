"""The list of commands, and what becomes of errors that reach the top."""

from __future__ import annotations

import io
import os
import sys
from importlib.metadata import version as installed_version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from engine.errors import PolicyFaults, RequestFault, TakebackError
from takeback import interrupts
from takeback.commands.check import check
from takeback.commands.compare import compare
from takeback.commands.database import database
from takeback.commands.demo import demo
from takeback.commands.explain import explain
from takeback.commands.fmt import fmt
from takeback.commands.goods.feeds import feeds
from takeback.commands.goods.products import products
from takeback.commands.goods.stock import stock
from takeback.commands.money.credit import credit
from takeback.commands.money.gateway import gateway
from takeback.commands.money.journal import journal
from takeback.commands.money.reconcile import reconcile
from takeback.commands.money.worker import worker
from takeback.commands.new import new
from takeback.commands.orders import orders
from takeback.commands.partners import key, partner
from takeback.commands.preview import preview
from takeback.commands.publish import publish
from takeback.commands.replay import replay
from takeback.commands.schema import schema
from takeback.commands.serve import serve
from takeback.commands.show import show
from takeback.commands.test import run_tests
from takeback.commands.withdraw import withdraw
from takeback.terminal import complain, say, stderr


class Door(TyperGroup):
    """Turns errors into one sentence and an exit code; TAKEBACK_DEBUG=1 lets them through."""

    def invoke(self, ctx: Any) -> Any:
        _say_whatever_comes()
        try:
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
    """A file may have a name that is no UTF-8; it is shown by its bytes, not refused."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


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
    """Write return policies in YAML, test them, ask them, and serve them.

    [bold]Example:[/bold] takeback new returns.yaml --yes && takeback test returns.yaml
    """


_WRITE, _ASK = "Write a policy", "Ask a policy"
_SERVE, _RUN = "Publish and serve", "Look after a server"

app.command(rich_help_panel=_WRITE)(new)
app.command(rich_help_panel=_WRITE)(check)
app.command(rich_help_panel=_WRITE)(fmt)
app.command("test", rich_help_panel=_WRITE)(run_tests)
app.command(rich_help_panel=_WRITE)(schema)
app.command(rich_help_panel=_ASK)(explain)
app.command(rich_help_panel=_ASK)(preview)
app.command(rich_help_panel=_ASK)(compare)
app.command(rich_help_panel=_ASK)(show)
app.command(rich_help_panel=_SERVE)(publish)
app.command(rich_help_panel=_SERVE)(withdraw)
app.command(rich_help_panel=_SERVE)(serve)
app.command(rich_help_panel=_SERVE)(demo)
app.command(rich_help_panel=_RUN)(worker)
app.command(rich_help_panel=_RUN)(reconcile)
app.command(rich_help_panel=_RUN)(replay)
app.add_typer(database, name="database", rich_help_panel=_RUN)
app.add_typer(partner, name="partner", rich_help_panel=_RUN)
app.add_typer(key, name="key", rich_help_panel=_RUN)
app.add_typer(journal, name="journal", rich_help_panel=_RUN)
app.add_typer(gateway, name="gateway", rich_help_panel=_RUN)
app.add_typer(credit, name="credit", rich_help_panel=_RUN)
app.add_typer(orders, name="orders", rich_help_panel=_RUN)
app.add_typer(products, name="products", rich_help_panel=_RUN)
app.add_typer(stock, name="stock", rich_help_panel=_RUN)
app.add_typer(feeds, name="feeds", rich_help_panel=_RUN)
