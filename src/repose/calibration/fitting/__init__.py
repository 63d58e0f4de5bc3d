"""Thresholds fitted to annotated recordings, and what is to be said of them."""
