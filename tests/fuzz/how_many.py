"""How many cases are tried: few, always the same, with the other tests; many others by `make fuzz`."""

import os
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec

from hypothesis import HealthCheck, settings

from repose.errors import ReposeError

TIMES: Final = int(os.environ.get("REPOSE_FUZZ", "1"))
"""How many times as many cases as usual."""

TRIED: Final[Counter[str]] = Counter()
"""Cases, by what was tried."""

LONGEST: Final = 3000
"""Characters of a line that tells what is wrong."""

P = ParamSpec("P")


def cases(usual: int, **more: Any) -> settings:
    """Settings for so many cases, or a multiple of them."""
    return settings(
        max_examples=usual * TIMES,
        derandomize=TIMES == 1,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )


def counted(name: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Count the calls of a test as cases of this name; to stand below `given`."""

    def counting(test: Callable[P, None]) -> Callable[P, None]:
        @wraps(test)
        def tried(*args: P.args, **kwargs: P.kwargs) -> None:
            TRIED[name] += 1
            test(*args, **kwargs)

        return tried

    return counting


def understood(read: Callable[[], object]) -> bool:
    """Whether something is understood; if not, one line must say why, and nothing else may happen."""
    try:
        read()
    except ReposeError as error:
        said = str(error)
        assert said
        assert said.isprintable(), said[:LONGEST]
        assert len(said) < LONGEST
        return False
    return True
