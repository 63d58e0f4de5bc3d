"""Measuring Repose: its cost beside the bare landmarker, the live coach, and a full database."""
