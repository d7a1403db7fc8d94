"""Changes a policy text in one place and leaves every other byte, comments too, as it was."""

from __future__ import annotations

from engine.policy.rewriting.changes import MOST_STEPS, Add, Change, Move, Remove, Set
from engine.policy.rewriting.placing import TextEdit, on_one_line
from engine.policy.rewriting.rewriting import Rewriter, RewritingFault, Rewritten, edited, rewritten

__all__ = [
    "MOST_STEPS",
    "Add",
    "Change",
    "Move",
    "Remove",
    "Rewriter",
    "RewritingFault",
    "Rewritten",
    "Set",
    "TextEdit",
    "edited",
    "on_one_line",
    "rewritten",
]
