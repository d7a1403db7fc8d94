"""What a policy decides for a return line; it must not know who asks or what follows from it."""
