"""Shows what steps of a return would do, before they are taken."""
