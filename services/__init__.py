"""The use cases: the one place where rules and transactions meet, whoever asks."""
