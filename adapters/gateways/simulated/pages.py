"""Pages of lists, newest first, as Stripe returns them."""

from __future__ import annotations

import operator
from typing import Any, Final

from adapters.gateways.simulated.wire import Body, Params, invalid, whole

MOST: Final = 100
_USUAL: Final = 10
_TESTS: Final = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def page(found: list[Body], params: Params) -> Body:
    """Returns the page that `limit`, `starting_after`, `ending_before` and `created` ask for."""
    limit = min(whole(params, "limit") or _USUAL, MOST)
    chosen = [each for each in found if _created(each, params.get("created"))]
    if after := params.get("starting_after"):
        chosen = chosen[_place(chosen, after) + 1 :]
    more = len(chosen) > limit
    chosen = chosen[:limit]
    if before := params.get("ending_before"):
        whole_list = [each for each in found if _created(each, params.get("created"))]
        newer = whole_list[: _place(whole_list, before)]
        chosen, more = newer[-limit:], len(newer) > limit
    return {"object": "list", "data": chosen, "has_more": more}


def _created(body: Body, test: Any) -> bool:
    if test is None:
        return True
    if isinstance(test, str):
        return bool(body["created"] == int(test))
    return all(_TESTS[name](body["created"], int(value)) for name, value in test.items())


def _place(found: list[Body], key: str) -> int:
    for place, each in enumerate(found):
        if each["id"] == key:
            return place
    raise invalid(f"No such object: '{key}'", "resource_missing", "starting_after")
