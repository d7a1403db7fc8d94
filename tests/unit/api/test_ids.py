"""Ids are opaque, and only those that we made are read."""

from __future__ import annotations

import base64

import pytest

from returns_api.types.ids import NodeKind, decode, encode, key_of, sought


def test_an_id_is_read_back() -> None:
    made = encode(NodeKind.ORDER_LINE, "l-1")

    assert decode(made) == (NodeKind.ORDER_LINE, "l-1")
    assert key_of(made, NodeKind.ORDER_LINE) == "l-1"
    assert key_of(made, NodeKind.ORDER) is None
    assert sought(made, NodeKind.ORDER_LINE) == "l-1"
    assert sought(made, NodeKind.ORDER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "N-1",
        "ä",
        "A" * 400,
        base64.b64encode(b"Order").decode(),
        base64.b64encode(b"User:1").decode(),
        base64.b64encode(b"Order:\x00").decode(),
        base64.urlsafe_b64encode(b"Order:abcde").decode() + "==",
    ],
)
def test_any_other_text_is_no_id(text: str) -> None:
    assert decode(text) is None
