"""Drafts of policies, which their authors keep until they are published."""
