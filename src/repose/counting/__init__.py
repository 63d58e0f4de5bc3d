"""Signals to reps: pure, deterministic, without a clock."""
