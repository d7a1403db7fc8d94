"""A demo that explains itself: data to ask about, keys to ask with, and a first question."""

from takeback.demo.run import run_demo

__all__ = ["run_demo"]
