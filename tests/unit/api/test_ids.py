"""Ids are opaque, and only those that we made are read."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_api.types.ids import NodeKind, decode, encode, key_of, sought


def test_an_id_is_read_back() -> None:
    made = encode(NodeKind.ORDER_LINE, "l-1")

    assert decode(made) == (NodeKind.ORDER_LINE, "l-1")
    assert key_of(made, NodeKind.ORDER_LINE) == "l-1"
    assert key_of(made, NodeKind.ORDER) is None
    assert sought(made, NodeKind.ORDER_LINE) == "l-1"
    assert sought(made, NodeKind.ORDER)


KEYS = st.text("abcdefghijkl0123456789-/@", min_size=1, max_size=40)
OURS = st.builds(encode, st.sampled_from(NodeKind), KEYS)


@given(st.sampled_from(NodeKind), OURS | st.text(max_size=40) | OURS.map(lambda made: made[1:]))
def test_a_key_is_that_of_an_id_of_its_kind_and_of_no_other_text(kind: NodeKind, text: str) -> None:
    found = decode(text)

    assert key_of(text, kind) == (found[1] if found and found[0] is kind else None)


@given(st.sampled_from(NodeKind), KEYS)
def test_every_id_that_was_made_is_read_back(kind: NodeKind, key: str) -> None:
    assert key_of(encode(kind, key), kind) == key
    assert encode(kind, key) == base64.urlsafe_b64encode(f"{kind}:{key}".encode()).decode().rstrip(
        "="
    )


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
