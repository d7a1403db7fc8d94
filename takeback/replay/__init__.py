"""Replays stored decisions from what they are based on, and shows the differences."""
