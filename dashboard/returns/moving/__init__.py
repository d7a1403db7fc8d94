"""What is done next with a return: its steps, a person's word on it, and what was missing."""
