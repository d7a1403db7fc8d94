"""Agreed terms, as the policy language reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from engine.policy.editions import PolicyFile
from engine.policy.faults import Source
from engine.policy.printing.yaml import flow
from engine.policy.text import Map, from_data
from engine.publishing.agreed import declared_in

_JSON: Final = msgspec.json.Encoder(order="deterministic")
_TERMS: Final = Source("terms", 1, 1)
"""Where faults of agreed values are: they are in no text."""


def canonical(terms: Mapping[str, object]) -> str:
    """Terms as JSON with sorted names at all levels: databases keep no order of names."""
    return _JSON.encode(terms).decode()


def agreed_map(terms: Mapping[str, object]) -> Map | None:
    """Terms by name as policy nodes; None if there are none.

    Rows may be agreed, too, and a decision shows their conditions in the order of names.
    """
    node = from_data(msgspec.json.decode(canonical(terms)), _TERMS) if terms else None
    return node if isinstance(node, Map) else None


def with_terms(file: PolicyFile, terms: Mapping[str, object]) -> PolicyFile:
    """Applies the terms that the file still declares; raises `PolicyFaults` for forbidden values.

    A newer version may no longer declare an agreed value: then the value has no effect.
    """
    agreed = declared_in(file, agreed_map(terms))
    return file.with_terms(agreed) if agreed else file


def as_written(value: object) -> str:
    """A value on one line, as it is written in a policy."""
    return flow(from_data(msgspec.json.decode(_JSON.encode(value)), _TERMS))
