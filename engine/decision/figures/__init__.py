"""Dates and amounts of a policy made ready to be worked out from the slots of a request."""
