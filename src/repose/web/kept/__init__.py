"""The pages about kept sessions: history, review, annotating, accuracy, reports, the data and their owner."""
