"""What people read about a count and its accuracy."""
