"""Writes the schema to `graphql/schema.graphql`: `python -m returns_api.export`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from returns_api.schema import sdl

EXPORTED: Final = Path(__file__).parents[1] / "schema.graphql"

if __name__ == "__main__":
    EXPORTED.write_text(sdl(), encoding="utf-8")
