"""The one canonical layout of a policy file; it changes how a text looks and never what it says."""

from __future__ import annotations

from engine.policy.layout.formatting import LayoutFault, formatted, is_policy

__all__ = ["LayoutFault", "formatted", "is_policy"]
