"""The log of who saw, changed, took along and deleted whose data; it shows if it was tampered with."""
