"""Agreed terms, as the policy language reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from engine.policy.editions import PolicyFile
from engine.policy.faults import Source
from engine.policy.text import Map, from_data

_JSON: Final = msgspec.json.Encoder(order="deterministic")


def canonical(terms: Mapping[str, object]) -> str:
    """Terms as JSON with sorted names at all levels: databases keep no order of names."""
    return _JSON.encode(terms).decode()


def agreed_map(terms: Mapping[str, object]) -> Map | None:
    """Terms by name as policy nodes; None if there are none.

    Rows may be agreed, too, and a decision shows their conditions in the order of names.
    """
    node = (
        from_data(msgspec.json.decode(canonical(terms)), Source("terms", 1, 1)) if terms else None
    )
    return node if isinstance(node, Map) else None


def with_terms(file: PolicyFile, terms: Mapping[str, object]) -> PolicyFile:
    """Applies the terms that the file still declares; raises `PolicyFaults` for forbidden values.

    A newer version may no longer declare an agreed value: then the value has no effect.
    """
    declared = {each.name for each in file.policy.agreed}
    agreed = agreed_map({name: value for name, value in terms.items() if name in declared})
    return file.with_terms(agreed) if agreed else file
