"""What two counts of one set differ in; see `repose.review.differences`."""

from repose.review.differences import Difference, Totals, changed, totals, true_totals

__all__ = ["Difference", "Totals", "changed", "totals", "true_totals"]
