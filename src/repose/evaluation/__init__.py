"""How right the counts are: what truly happened, matched with what was counted, as numbers.

from pathlib import Path
from repose.evaluation import evaluate
from repose.pipeline import count_source

evaluation = evaluate(Path("samples"), count_clip=count_source)
print(evaluation.total.exact, evaluation.total.f1)
"""

from repose.evaluation.evaluate import ClipCounter, Evaluation, evaluate
from repose.evaluation.metrics import ClipScore, Outcome, Summary
from repose.evaluation.truth import Truth, read_truth

__all__ = ["ClipCounter", "ClipScore", "Evaluation", "Outcome", "Summary", "Truth", "evaluate", "read_truth"]
