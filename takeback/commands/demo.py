"""`takeback demo`: serves example data to try Takeback with."""

from __future__ import annotations

from takeback.commands.serve import Port, settings_with


def demo(*, port: Port = None) -> None:
    """Serve a demo with example data.

    [bold]Example:[/bold] takeback demo --port 8080
    """
    from takeback.demo import run_demo  # noqa: PLC0415 - other commands need no demo

    settings = settings_with(port=port)
    run_demo(settings, settings.port)
