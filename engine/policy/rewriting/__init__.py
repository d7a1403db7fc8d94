"""Changes a policy text in one place and leaves every other byte, comments too, as it was."""

from __future__ import annotations

from engine.policy.rewriting.changes import Add, Change, Move, Remove, Set
from engine.policy.rewriting.placing import TextEdit
from engine.policy.rewriting.rewriting import Rewriter, Rewritten, rewritten

__all__ = [
    "Add",
    "Change",
    "Move",
    "Remove",
    "Rewriter",
    "Rewritten",
    "Set",
    "TextEdit",
    "rewritten",
]
