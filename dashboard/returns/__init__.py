"""The list of returns, one return, and its steps."""

from __future__ import annotations

from dashboard.areas import Area
from dashboard.returns import filing, views
from dashboard.returns.moving import answering, steps, word

AREA = Area(
    routes=(*views.ROUTES, *steps.ROUTES, *word.ROUTES, *answering.ROUTES, *filing.ROUTES),
    title="Returns",
    home="/returns",
    order=20,
    scope="READ_RETURNS",
    needs={
        "return": ("READ_RETURNS",),
        "return_answer": ("READ_RETURNS", "READ_DECISIONS"),
        "return_word": ("READ_RETURNS", "READ_DECISIONS", "READ_ORDERS"),
    },
)
