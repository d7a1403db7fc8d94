"""`takeback schema`: the JSON Schema of the policy language, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from takeback.terminal import complain, say, stdout


def schema(
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write to a file instead of standard output."),
    ] = None,
) -> None:
    """Print the JSON Schema of the policy language.

    With it, an editor completes keys and words, shows what each key means, and marks
    what `takeback check` would refuse.

    Exit code 0: done. 2: the file cannot be written.

    [bold]Example:[/bold] takeback schema --output policy.schema.json
    """
    from engine.policy.schema.document import text  # noqa: PLC0415 - slow to load

    if output is None:
        typer.echo(text(), nl=False)
        return
    try:
        output.write_text(text(), encoding="utf-8", newline="\n")
    except OSError as error:
        complain(f"`{output}` cannot be written: {error.strerror}.")
        raise typer.Exit(2) from None
    say(stdout(), ("Written: ", "green"), str(output))
