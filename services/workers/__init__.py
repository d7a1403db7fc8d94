"""What goes on without anybody asking: settlements are sent, and looked at until they are final."""
