"""What partners agreed on, as the policy language reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from engine.policy.editions import PolicyFile
from engine.policy.faults import Source
from engine.policy.text import Map, from_data

_JSON: Final = msgspec.json.Encoder(order="deterministic")


def canonical(terms: Mapping[str, object]) -> str:
    """Agreed values as JSON, by name all the way down: databases keep no order of names."""
    return _JSON.encode(terms).decode()


def agreed_map(terms: Mapping[str, object]) -> Map | None:
    """Agreed values by name as nodes; None for none.

    Rows may be agreed on, and a decision shows their conditions in the order of their names.
    """
    node = (
        from_data(msgspec.json.decode(canonical(terms)), Source("terms", 1, 1)) if terms else None
    )
    return node if isinstance(node, Map) else None


def with_terms(file: PolicyFile, terms: Mapping[str, object]) -> PolicyFile:
    """The file under the terms that it still declares; raises `PolicyFaults` for values it forbids.

    A newer version may leave out a value that was agreed on: what nobody may set has no effect.
    """
    declared = {each.name for each in file.policy.agreed}
    agreed = agreed_map({name: value for name, value in terms.items() if name in declared})
    return file.with_terms(agreed) if agreed else file
