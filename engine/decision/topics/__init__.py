"""What the rows that hold come to, topic by topic; each module fills its part of a draft."""
