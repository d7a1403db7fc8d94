"""Replays the decisions of a store: finds what each rests on, and shows what came of it."""
