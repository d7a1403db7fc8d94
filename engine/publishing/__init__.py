"""What must hold before a policy is published: its own tests, and checks of what it means."""
