"""How right the counts are: what truly happened, matched with what was counted, as numbers."""
