"""The live coach's engine: newest pictures in, landmarks, counts, and what the coach says out."""
