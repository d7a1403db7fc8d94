"""`takeback database`: shows the state of a database's schema, and migrates it."""

from __future__ import annotations

import typer

from takeback.commands.serve import Database, settings_with
from takeback.terminal import counted, say, stdout

database = typer.Typer(no_args_is_help=True, help="Inspect the database, and bring it up to date.")


@database.command()
def status(*, database: Database = None) -> None:
    """List applied and pending migrations; changes nothing.

    [bold]Example:[/bold] takeback database status
    """
    from adapters.store.connection.schema import schema_of  # noqa: PLC0415 - others need no store

    address = settings_with(database=database).database
    schema, console = schema_of(address), stdout()
    say(console, str(address))
    for word, names in (
        ("applied", schema.applied),
        ("pending", schema.pending),
        ("unknown here", schema.unknown),
        ("foreign table", schema.foreign),
    ):
        for name in names:
            say(console, f"  {word:<13} {name}")
    if schema.unknown or schema.foreign:
        raise typer.Exit(1)


@database.command()
def migrate(*, database: Database = None) -> None:
    """Apply pending migrations, as every command does when it opens the database.

    [bold]Example:[/bold] takeback database migrate
    """
    from adapters.store.connection.schema import migrate as apply  # noqa: PLC0415

    applied = apply(settings_with(database=database).database)
    say(stdout(), f"{counted(len(applied), 'migration')} applied")
