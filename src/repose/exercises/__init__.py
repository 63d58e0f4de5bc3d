"""What each exercise is, as data that is checked when read."""
