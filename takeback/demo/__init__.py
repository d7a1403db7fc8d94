"""A self-explanatory demo: example data, API keys, and a first query."""

from takeback.demo.run import run_demo

__all__ = ["run_demo"]
