"""Choosing two numbers together, for where a change of either alone gains nothing.

Like `search`, this knows nothing of what the numbers do.
"""

from collections.abc import Mapping, Set

Pair = tuple[float, float]
_Cell = tuple[int, int]


def choose_pair(scores: Mapping[Pair, int], present: Pair) -> Pair:
    """The pair to take of a grid: the present one if none is better.

    Of equally good ones, it is one of which a number is the present one, if there is such a pair; then one on
    the largest plateau, as far from its edge as can be.

    Args:
        scores: what each pair that is allowed costs, the present one among them; the lower the better.
        present: the pair in force.
    """
    best = min(scores.values())
    if scores[present] == best:
        return present
    rows, columns = (sorted({pair[k] for pair in scores}) for k in (0, 1))
    cells = {pair: (rows.index(pair[0]), columns.index(pair[1])) for pair in scores}
    equal = [pair for pair, score in scores.items() if score == best]
    worse = [cells[pair] for pair, score in scores.items() if score > best]
    plateau_of = {cell: plateau for plateau in _plateaus({cells[pair] for pair in equal}) for cell in plateau}
    most = max(_kept(pair, present) for pair in equal)

    def merit(pair: Pair) -> tuple[float, ...]:
        cell = cells[pair]
        plateau = plateau_of[cell]
        room = min(max(abs(cell[0] - row), abs(cell[1] - column)) for row, column in worse)
        middle = [sum(each[k] for each in plateau) / len(plateau) for k in (0, 1)]
        off = (cell[0] - middle[0]) ** 2 + (cell[1] - middle[1]) ** 2
        return (len(plateau), room, -off, -pair[0], -pair[1])

    return max((pair for pair in equal if _kept(pair, present) == most), key=merit)


def _kept(pair: Pair, present: Pair) -> int:
    """How many of its numbers are the present ones."""
    return sum(one == other for one, other in zip(pair, present, strict=True))


def _plateaus(cells: Set[_Cell]) -> list[set[_Cell]]:
    """Cells that hang together, side by side."""
    left = set(cells)
    found = []
    while left:
        edge = [left.pop()]
        plateau = set(edge)
        while edge:
            row, column = edge.pop()
            beside = {(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)} & left
            left -= beside
            plateau |= beside
            edge += beside
        found.append(plateau)
    return found
