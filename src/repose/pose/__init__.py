"""A frame in, landmarks out."""
