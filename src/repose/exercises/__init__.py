"""What each exercise is, as data that is checked when read."""

from repose.exercises.definition import Definition, Exercise
from repose.exercises.load import definitions, load_exercise, programme, slugs

__all__ = ["Definition", "Exercise", "definitions", "load_exercise", "programme", "slugs"]
