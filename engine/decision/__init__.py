"""What a policy decides for one return line; it must not know where facts came from or what follows."""
