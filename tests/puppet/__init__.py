"""A puppet whose every angle is known: it plays movements, and gives the landmarks a perfect model would.

`movement` makes angles over time, `body` turns them into landmarks, `programme` plays the exercises with
their truth, `other` plays what is no exercise, and `damage` spoils a track as cameras and models do.
"""

from tests.puppet.body import Puppet, Scene
from tests.puppet.movement import Curve, Keyed, still
from tests.puppet.programme import Doing, Performance, TrueRep, perform

__all__ = ["Curve", "Doing", "Keyed", "Performance", "Puppet", "Scene", "TrueRep", "perform", "still"]
