"""The numbers that a clinician may change."""
