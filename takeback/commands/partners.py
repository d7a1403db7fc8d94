"""`takeback partner` and `takeback key`: trading partners and their keys, for operators."""

from __future__ import annotations

from typing import Annotated

import typer

from adapters.identity.principal import Kind, Role
from adapters.store.records import Telling
from takeback.commands.serve import Database, settings_with
from takeback.terminal import counted, progress, say, stdout

Handle = Annotated[str, typer.Argument(metavar="PARTNER", help="A partner's handle.")]

partner = typer.Typer(
    no_args_is_help=True, help="Add trading partners, and join suppliers with retailers."
)
key = typer.Typer(no_args_is_help=True, help="Issue and revoke API keys; make a master key.")


@partner.command()
def add(
    handle: Handle,
    *,
    kind: Annotated[Kind, typer.Option(help="Whether it is a supplier or a retailer.")],
    name: Annotated[str | None, typer.Option(help="The name that people see.")] = None,
    database: Database = None,
) -> None:
    """Add a supplier or a retailer; adding it again changes nothing.

    [bold]Example:[/bold] takeback partner add acme-supply --kind supplier --name 'Acme Supply'
    """
    from takeback import partners  # noqa: PLC0415 - other commands need no store

    found = partners.add_partner(settings_with(database=database), handle, name or handle, kind)
    say(stdout(), f"{found.kind} {found.handle}: {found.name}")


@partner.command()
def join(
    supplier: Annotated[str, typer.Argument(metavar="SUPPLIER", help="The supplier, who ships.")],
    retailer: Annotated[str, typer.Argument(metavar="RETAILER", help="The retailer, who sells.")],
    *,
    programme: Annotated[str, typer.Option(help="The programme they agreed on.")] = "",
    database: Database = None,
) -> None:
    """Join a supplier and a retailer, so that the retailer can use the supplier's policies.

    [bold]Example:[/bold] takeback partner join acme-supply northwind
    """
    from takeback import partners  # noqa: PLC0415 - other commands need no store

    partners.join_partners(settings_with(database=database), supplier, retailer, programme)
    say(stdout(), f"{supplier} and {retailer} are joined")


@partner.command("may-tell")
def may_tell(
    supplier: Annotated[
        str, typer.Argument(metavar="SUPPLIER", help="The supplier who permits it.")
    ],
    retailer: Annotated[
        str, typer.Argument(metavar="RETAILER", help="The retailer who is permitted.")
    ],
    words: Annotated[
        list[Telling] | None,
        typer.Argument(metavar="[WORD]...", help="orders, payments, delivered; none: nothing."),
    ] = None,
    *,
    database: Database = None,
) -> None:
    """Set what a retailer may state about orders without confirmation by the supplier.

    The words replace those set before; everything else waits for the supplier.

    [bold]Example:[/bold] takeback partner may-tell acme-supply northwind orders delivered
    """
    from takeback import partners  # noqa: PLC0415 - other commands need no store

    settings = settings_with(database=database)
    found = partners.let_tell(settings, supplier, retailer, words or [])
    told = ", ".join(sorted(found.may_tell)) or "nothing"
    say(stdout(), f"{retailer} may tell of orders with {supplier}: {told}")


@partner.command()
def terms(  # noqa: PLR0913 - one parameter for each option
    supplier: Annotated[str, typer.Argument(metavar="SUPPLIER", help="The supplier.")],
    retailer: Annotated[str, typer.Argument(metavar="RETAILER", help="The retailer.")],
    policy: Annotated[str, typer.Argument(metavar="POLICY", help="A policy of the supplier.")],
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=VALUE]...", help="Everything that is agreed; none: show what is."
        ),
    ] = None,
    *,
    none: Annotated[bool, typer.Option("--none", help="Agree on nothing any more.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    database: Database = None,
) -> None:
    """Show or set what a supplier agreed with a retailer for one policy.

    The values replace all that were agreed for it before; for others the default holds.
    What they change is shown, and they are set once you confirm that.

    [bold]Examples:[/bold]
    takeback partner terms acme-supply northwind acme-supply/standard
    takeback partner terms acme-supply northwind acme-supply/standard days='60 days' rate=10%
    takeback partner terms acme-supply northwind acme-supply/standard --none --yes
    """
    from takeback import agreeing  # noqa: PLC0415 - other commands need no store
    from takeback.reports import terms as report  # noqa: PLC0415
    from takeback.scenarios.facts import of_pairs  # noqa: PLC0415

    if none and values:
        raise typer.BadParameter("give values or `--none`, not both", param_hint="--none")
    settings = settings_with(database=database)
    named = agreeing.Named(supplier=supplier, retailer=retailer, policy=policy)
    if not values and not none:
        report.show_agreed(stdout(), agreeing.shown(settings, named))
        return
    said = of_pairs(values or (), "NAME=VALUE", once=True)
    with report.refusals():
        change = agreeing.foretold(settings, named, said)
        report.show_change(stdout(), change)
        if not change.values:
            return
        if not yes:
            typer.confirm(f"Set these terms with {retailer}?", abort=True)
        agreeing.set_terms(settings, named, said, change)
    say(stdout(), f"terms of {policy} with {retailer} are set")


@key.command()
def issue(
    handle: Handle,
    *,
    role: Annotated[
        Role | None, typer.Option(help="What the key is for; by default the kind of the partner.")
    ] = None,
    database: Database = None,
) -> None:
    """Issue an API key and show it once; only its hash is stored.

    [bold]Example:[/bold] takeback key issue northwind
    """
    from takeback import partners  # noqa: PLC0415 - other commands need no store

    typer.echo(partners.issue_key(settings_with(database=database), handle, role))


@key.command()
def revoke(
    key_id: Annotated[
        str, typer.Argument(metavar="KEY_ID", help="The public part: `12c7…` of `tb_12c7…_…`.")
    ],
    *,
    database: Database = None,
) -> None:
    """Revoke an API key, which then stops working.

    [bold]Example:[/bold] takeback key revoke 12c70464604c
    """
    from adapters.identity.keys import public_part  # noqa: PLC0415 - others need no store
    from takeback import partners  # noqa: PLC0415

    public = public_part(key_id)  # a pasted whole key is accepted, and its secret not repeated
    if not public or not partners.revoke_key(settings_with(database=database), public):
        named = f"no working key has the public part `{public}`"
        raise typer.BadParameter(named if public else "a public part is 12 digits and letters a-f")
    say(stdout(), f"{public} is revoked")


@key.command()
def master() -> None:
    """Print a new master key, which seals the secrets of partners; it is stored nowhere.

    [bold]Example:[/bold] takeback key master
    """
    from adapters.identity.vault import new_master_key  # noqa: PLC0415 - others need no vault

    typer.echo(new_master_key())


@key.command()
def reseal(*, database: Database = None) -> None:
    """Seal every secret with the newest master key, so that older ones can be removed.

    [bold]Example:[/bold] takeback key reseal
    """
    from takeback import sealing  # noqa: PLC0415 - other commands need no vault

    with progress("sealing anew"):
        count = sealing.reseal(settings_with(database=database))
    say(stdout(), f"{counted(count, 'row')} sealed by the newest key")
