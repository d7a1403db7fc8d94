"""The front door: commands, settings and wiring; it must not hold rules of the domain."""
