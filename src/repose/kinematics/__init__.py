"""Landmarks to joint angles: pure functions on arrays."""
