"""Policies as their authors work on them: checked, changed, tried and kept until published."""
