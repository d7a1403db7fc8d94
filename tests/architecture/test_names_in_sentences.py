"""What a sentence tells to call is a mutation, a query or a command that there is."""

from __future__ import annotations

import re
from pathlib import Path

from returns_api.schema import core_schema

ROOT = Path(__file__).parents[2]
FOLDERS = ("engine", "services", "adapters", "graphql/returns_api", "takeback", "dashboard")
VERBS = (
    "accept add answer amend cancel change check close confirm correct decide declare dismiss drop "
    "erase inspect invite issue open override pause pay publish put receive refund reopen report "
    "request resend resolve resume retry revoke rotate save send set settle ship start tie undo "
    "update use withdraw"
)
CALLED = re.compile(rf"`((?:{'|'.join(VERBS.split())})[A-Z][A-Za-z]+)`")


def test_every_mutation_that_a_sentence_names_exists() -> None:
    schema = core_schema()
    assert schema.mutation_type
    assert schema.query_type
    there = {*schema.mutation_type.fields, *schema.query_type.fields}
    there |= {
        name for each in schema.type_map.values() for name in getattr(each, "fields", None) or ()
    }

    texts = {path: path.read_text(encoding="utf-8") for f in FOLDERS for path in paths(f)}
    named = {(path.name, name) for path, text in texts.items() for name in CALLED.findall(text)}

    assert len(named) > 10
    assert sorted(each for each in named if each[1] not in there) == []


def paths(folder: str) -> list[Path]:
    found = ROOT / folder
    return [each for kind in ("*.py", "*.html") for each in sorted(found.rglob(kind))]
