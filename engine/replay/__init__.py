"""Derives past decisions again and names what differs; must not know where they are stored."""
