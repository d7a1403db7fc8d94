"""The actions on a return: its steps, a person's decision, and missing facts."""
