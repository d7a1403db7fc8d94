"""`takeback serve`: serves the API until it is interrupted."""

from __future__ import annotations

import os
from typing import Annotated, Final

import typer

from takeback.settings import Settings
from takeback.terminal import say, stderr

Database = Annotated[
    str | None, typer.Option(metavar="URL", help="The database; by default TAKEBACK_DATABASE_URL.")
]
Port = Annotated[
    int | None, typer.Option(min=0, max=65_535, help="The port; by default TAKEBACK_PORT.")
]

_VARIABLES: Final = {
    "host": "TAKEBACK_HOST",
    "port": "TAKEBACK_PORT",
    "database": "TAKEBACK_DATABASE_URL",
    "workers": "TAKEBACK_WORKERS",
}


def serve(
    *,
    host: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The address to listen on; by default TAKEBACK_HOST."),
    ] = None,
    port: Port = None,
    database: Database = None,
) -> None:
    """Serve the GraphQL API and the dashboard.

    Settings come from the environment; options override them. Ctrl-C stops it.

    [bold]Example:[/bold] takeback serve --port 8000
    """
    from takeback import server  # noqa: PLC0415 - other commands need no server

    settings = settings_with(host=host, port=port, database=database)
    server.serve(settings, tell=lambda sentence: say(stderr(), sentence))


def settings_with(**options: str | int | None) -> Settings:
    """Returns the settings of the environment, overridden by options."""
    given = {name: value for name, value in options.items() if value is not None}
    said = {_VARIABLES[name]: str(value) for name, value in given.items()}
    return Settings.from_environment({**os.environ, **said})
