"""What a policy is and how its text is read and checked; it must not know how rows are decided."""
