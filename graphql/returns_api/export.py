"""Writes `graphql/schema.graphql` and `docs/problems.md`: `python -m returns_api.export`.

With `--release` it also writes `schema.released.graphql`, against which later changes are checked,
and clears the changes allowed since the previous release.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from returns_api.schema import sdl
from returns_api.types.codes import page

FOLDER: Final = Path(__file__).parents[1]
EXPORTED: Final = FOLDER / "schema.graphql"
RELEASED: Final = FOLDER / "schema.released.graphql"
PROBLEMS: Final = FOLDER.parent / "docs" / "problems.md"
ALLOWED: Final = FOLDER / "CHANGES.md"
LINE: Final = "- "
"""The prefix of an allowed change in `CHANGES.md`."""


def main(words: list[str]) -> None:
    """Writes the files."""
    EXPORTED.write_text(sdl(), encoding="utf-8")
    PROBLEMS.write_text(page(), encoding="utf-8")
    if "--release" in words:
        RELEASED.write_text(sdl(), encoding="utf-8")
        ALLOWED.write_text(
            "".join(
                line
                for line in ALLOWED.read_text(encoding="utf-8").splitlines(keepends=True)
                if not line.startswith(LINE)
            ),
            encoding="utf-8",
        )


if __name__ == "__main__":
    main(sys.argv[1:])
