"""Drafts of policies, as their authors keep them until they are published."""
