"""Splits sums over the lines of a return, to the last cent."""

from __future__ import annotations


def split(total: int, weights: list[int]) -> list[int]:
    """Splits a sum by weights (evenly if all are zero); the last part takes the odd cent."""
    weights = weights if any(weights) else [1 for _ in weights]
    parts = [total * weight // sum(weights) for weight in weights[:-1]]
    return [*parts, total - sum(parts)]


def lessened(nets: list[int], once: int) -> list[int]:
    """Subtracts a sum from the nets in proportion, none below zero.

    The last net that can takes the odd cent.
    """
    total = sum(nets)
    once = min(once, total)
    left = [net - net * once // total if total else net for net in nets]
    odd = sum(left) - (total - once)
    for index in reversed(range(len(left))):
        taken = min(odd, left[index])
        left[index] -= taken
        odd -= taken
    return left
