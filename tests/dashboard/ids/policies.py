"""Which policy and edition each partner opens in tests."""

from __future__ import annotations

import json
from typing import Any, Final

OWN: Final = "acme-supply/for-southgate"
"""An edition that no other retailer than southgate may see; it governs nothing before 2090."""
TEXT: Final = f"""\
policy: {OWN}
version: 1
title: For Southgate alone
effective: {{from: 2090-01-01}}
for: {{retailer: southgate}}
applies_by: ordered
currency: USD
window: {{days: 30, counted_from: delivered}}
remedy: {{to_retailer: credit, of: item_price}}
shipping: {{return_paid_by: consumer}}
packaging: {{original_required: false}}
tests:
  usual: {{ordered: 2090-03-01, delivered: 2090-03-05, requested: 2090-03-20, item_price: USD 9}}
  cases:
    - {{name: in time, expect: {{answer: accept}}}}
"""
_PUBLISH: Final = (
    'mutation {{ publishPolicy(input: {{yaml: {text}, idempotencyKey: "for-southgate"}}) '
    "{{ __typename ... on Problem {{ message }} }} }}"
)
_QUERY: Final = '{ policies(partner: "%s", first: 20) { nodes { name editions { id } } } }'


def ids(ask: Any, handle: str) -> dict[str, str]:
    """A supplier's own policy; for southgate the one of acme-supply that is for it alone."""
    if handle == "acme-supply":
        done = ask(_PUBLISH.format(text=json.dumps(TEXT)))["publishPolicy"]
        assert done["__typename"] == "PublishedPolicy", done
    owner = handle if handle != "southgate" else "acme-supply"
    found = ask(_QUERY % owner)["policies"]["nodes"]
    wanted = next((each for each in found if each["name"] == OWN), found[0])
    return {"policy": wanted["name"], "edition": wanted["editions"][0]["id"]}
