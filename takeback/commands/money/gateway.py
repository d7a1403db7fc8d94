"""`takeback gateway`: the accounts of partners at Stripe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from takeback.commands.serve import Database, settings_with
from takeback.terminal import counted, say, stdout

if TYPE_CHECKING:
    from adapters.store.money.accounts import Account

gateway = typer.Typer(no_args_is_help=True, help="Set and check partners' accounts at Stripe.")
Handle = Annotated[str, typer.Argument(metavar="PARTNER", help="A partner's handle.")]


@gateway.command("set")
def set_(
    handle: Handle,
    *,
    account: Annotated[
        str,
        typer.Option(metavar="acct_…", help="A connected account, used with the operator's key."),
    ] = "",
    signing_secret: Annotated[
        bool, typer.Option("--signing-secret", help="Also ask for the webhook's signing secret.")
    ] = False,
    allow_unrestricted: Annotated[
        bool, typer.Option("--allow-unrestricted", help="Accept a key that may do everything.")
    ] = False,
    database: Database = None,
) -> None:
    """Set a partner's key at Stripe, after checking it; prompts for it, or reads it from a pipe.

    An empty line keeps the key that is set.

    [bold]Example:[/bold] takeback gateway set acme-supply
    """
    from services.payments.gateways import GatewayCredentials  # noqa: PLC0415 - other commands need no store
    from takeback import money  # noqa: PLC0415

    with money.opened(settings_with(database=database), handle) as till:
        said = GatewayCredentials(
            partner=till.partner.id,
            key="" if account else _secret("Key"),
            account=account,
            signing=(_secret("Signing secret"),) if signing_secret else None,
            unrestricted=allow_unrestricted,
        )
        _tell(till.set_gateway(said))


@gateway.command()
def show(handle: Handle, *, database: Database = None) -> None:
    """Show the account, and the end of its key.

    [bold]Example:[/bold] takeback gateway show acme-supply
    """
    from takeback import money  # noqa: PLC0415 - other commands need no store

    with money.opened(settings_with(database=database), handle) as till:
        _tell(till.account())


@gateway.command()
def check(handle: Handle, *, database: Database = None) -> None:
    """Check the key that is set; exit code 1 if Stripe does not accept it.

    [bold]Example:[/bold] takeback gateway check acme-supply
    """
    from takeback import money  # noqa: PLC0415 - other commands need no store

    with money.opened(settings_with(database=database), handle) as till:
        found = till.check()
    _tell(found)
    raise typer.Exit(bool(found.trouble))


@gateway.command()
def platform(*, database: Database = None) -> None:
    """Check the operator's key; list connected accounts, and accounts that belong to no partner.

    [bold]Example:[/bold] takeback gateway platform
    """
    from takeback import money  # noqa: PLC0415 - other commands need no store

    found = money.platform(settings_with(database=database))
    console = stdout()
    say(console, ("Stripe ", "bold"), found.account)
    say(console, f"  news       {counted(found.secrets, 'signing secret')}")
    for handle, account in found.connected:
        say(console, f"  connected  {account}  {handle}")
    for each in found.strangers:
        heard = f"{each.type}, {each.heard_at:%Y-%m-%d %H:%M} UTC"
        say(console, ("  nobody's   ", "red"), f"{each.account}  {heard}")


def _secret(what: str) -> str:
    """Never an option, since other users of the machine can see options."""
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True, default="", show_default=False)).strip()
    return sys.stdin.readline().strip()


def _tell(found: Account) -> None:
    console = stdout()
    say(console, ("Stripe ", "bold"), found.account)
    say(console, f"  key        {found.shown or 'the one of the operator (connected account)'}")
    for each in found.webhooks:
        say(console, f"  signed by  {each.shown}")
    say(console, f"  set        {found.set_at:%Y-%m-%d %H:%M} UTC")
    say(console, f"  tried      {found.checked_at:%Y-%m-%d %H:%M} UTC")
    if found.trouble:
        say(console, ("  trouble    ", "red"), found.trouble)
