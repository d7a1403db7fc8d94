"""The domain of returns; it must not know databases, HTTP, the clock of the machine or any other package here."""
