"""What is kept: recordings."""
