"""Frames at any rate to samples on one even clock, smoothed: the only filter before counting.

Counting must not depend on the frame rate, on jitter, or on a few lost frames. So every channel is put on a
clock of 20 ticks a second by linear interpolation between the frames that could be measured, as long as
those lie no more than `BRIDGE_S` apart; ticks in longer gaps are not measured. Then single outliers (the
legs mistaken for each other for a frame or two) are removed by a median, and the rest is smoothed by a
short mean. Both look ahead by `LOOKAHEAD_S`, so they add no lag to the times of events, only to their
announcement.

`Clock` works on a stream in pieces of any size and gives the same bits for any cut.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from repose.kinematics.quality import Sight

TICK_S: Final = 0.05
"""Time between ticks. The fastest movement counted, an ankle pump of 1.5 s, turns in about 0.4 s."""

BRIDGE_S: Final = 0.6
"""Longest gap that is bridged: half a second of dropout, and the frame it began with."""

MEDIAN_TICKS: Final = 5
MEAN_TICKS: Final = 3
REACH: Final = MEDIAN_TICKS // 2 + MEAN_TICKS // 2
LOOKAHEAD_S: Final = REACH * TICK_S

_AT_ONCE: Final = 4096
"""Ticks that are smoothed together."""


@dataclass(frozen=True, slots=True, eq=False)
class Ticks:
    """Samples on the even clock.

    Attributes:
        index: (m,) int64; the time of a tick is its index times `TICK_S`.
        values: (m, channels) float64, smoothed; NaN where not measured.
        sight: (m,) int64 `Sight`: why a tick is not measured, `GOOD` where it is.
    """

    index: NDArray[np.int64]
    values: NDArray[np.float64]
    sight: NDArray[np.int64]

    @property
    def time_s(self) -> NDArray[np.float64]:
        """(m,) seconds."""
        return self.index.astype(np.float64) * TICK_S

    def part(self, which: slice) -> "Ticks":
        """Some of them."""
        return Ticks(self.index[which], self.values[which], self.sight[which])


class Clock:
    """Streaming resampler and smoother; see the module."""

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._frames = _Frames.empty(channels)
        self._next = 0
        self._started = False
        self._raw = Ticks(np.empty(0, np.int64), np.empty((0, channels)), np.empty(0, np.int64))
        self._given = 0

    def push(
        self, time_s: NDArray[np.float64], values: NDArray[np.float64], sight: NDArray[np.int64]
    ) -> Ticks:
        """Take the next frames in time order; give the ticks that they settle.

        Args:
            time_s: (n,) strictly increasing seconds, later than all pushed before.
            values: (n, channels).
            sight: (n,) `Sight` of each frame; the values of frames that are not good are ignored.
        """
        self._frames = self._frames.joined(time_s, values, sight)
        if len(time_s):
            if not self._started:
                self._next = int(np.ceil(round(float(time_s[0]) / TICK_S, 6)))
                self._started = True
            self._settle(ended=False)
        return self._smoothed(ended=False)

    def finish(self) -> Ticks:
        """Give the ticks that only the end of the stream settles."""
        if self._started:
            self._settle(ended=True)
        return self._smoothed(ended=True)

    def _settle(self, *, ended: bool) -> None:
        """Move every tick whose neighbours are known from the frames to the raw ticks."""
        frames = self._frames
        good = np.flatnonzero(frames.sight == Sight.GOOD)
        good_s = frames.time_s[good]
        latest = float(frames.time_s[-1])
        known_s = float(good_s[-1]) if len(good) else -np.inf
        horizon = latest if ended or latest - known_s > BRIDGE_S else known_s
        last = int(np.floor(round(horizon / TICK_S, 6)))
        if last < self._next:
            return
        index = np.arange(self._next, last + 1)
        ticks = _interpolate(index, frames, good, good_s)
        self._raw = Ticks(
            np.concatenate([self._raw.index, ticks.index]),
            np.concatenate([self._raw.values, ticks.values]),
            np.concatenate([self._raw.sight, ticks.sight]),
        )
        self._next = last + 1
        self._forget(good_s[-1] if len(good) else None)

    def _forget(self, known_s: float | None) -> None:
        """Drop the frames that no later tick can need: those before its last good neighbour."""
        frames = self._frames
        first_s = min(self._next * TICK_S - BRIDGE_S, float(frames.time_s[-1]))
        if known_s is not None:
            first_s = min(first_s, known_s)
        keep = max(int(np.searchsorted(frames.time_s, first_s)) - 1, 0)
        self._frames = _Frames(frames.time_s[keep:], frames.values[keep:], frames.sight[keep:])

    def _smoothed(self, *, ended: bool) -> Ticks:
        raw = self._raw
        upto = len(raw.index) if ended else max(len(raw.index) - REACH, self._given)
        out = slice(self._given, upto)
        # Piece by piece: what is needed on the way is many times as large, and a gap may last hours.
        pieces = [
            _mean(_median(_padded(raw.values, start, min(start + _AT_ONCE, upto)), MEDIAN_TICKS), MEAN_TICKS)
            for start in range(self._given, upto, _AT_ONCE)
        ]
        values = np.concatenate(pieces) if pieces else np.empty((0, self._channels))
        ticks = Ticks(raw.index[out], values, raw.sight[out])
        keep = max(upto - REACH, 0)
        self._raw = Ticks(raw.index[keep:], raw.values[keep:], raw.sight[keep:])
        self._given = upto - keep
        return ticks


@dataclass(frozen=True, slots=True, eq=False)
class _Frames:
    time_s: NDArray[np.float64]
    values: NDArray[np.float64]
    sight: NDArray[np.int64]

    @classmethod
    def empty(cls, channels: int) -> "_Frames":
        return cls(np.empty(0), np.empty((0, channels)), np.empty(0, np.int64))

    def joined(
        self, time_s: NDArray[np.float64], values: NDArray[np.float64], sight: NDArray[np.int64]
    ) -> "_Frames":
        return _Frames(
            np.concatenate([self.time_s, time_s]),
            np.concatenate([self.values, values]),
            np.concatenate([self.sight, sight]),
        )


def _interpolate(
    index: NDArray[np.int64], frames: _Frames, good: NDArray[np.int64], good_s: NDArray[np.float64]
) -> Ticks:
    """Linear interpolation between good frames that lie no more than `BRIDGE_S` apart."""
    time_s = index * TICK_S
    values = np.full((len(index), frames.values.shape[1]), np.nan)
    why = np.full(len(index), int(Sight.NO_FRAMES), np.int64)
    # The latest frame at or before a tick says why it could not be measured.
    before = np.searchsorted(frames.time_s, time_s + 1e-9, side="right") - 1
    why = np.where(before >= 0, frames.sight[np.maximum(before, 0)], why)
    stale = time_s - frames.time_s[np.maximum(before, 0)] > BRIDGE_S
    why = np.where((why == Sight.GOOD) & stale, int(Sight.NO_FRAMES), why)
    why = np.where(why == Sight.GOOD, _next_reason(frames, before), why)
    if len(good):
        after = np.searchsorted(good_s, time_s - 1e-9)
        right = np.minimum(after, len(good) - 1)
        exact = np.abs(good_s[right] - time_s) <= 1e-9
        left = np.where(exact, right, after - 1)
        ok = (left >= 0) & (after < len(good))
        left = np.maximum(left, 0)
        span = good_s[right] - good_s[left]
        ok &= span <= BRIDGE_S
        share = np.where(span > 0, (time_s - good_s[left]) / np.where(span > 0, span, 1.0), 0.0)[:, None]
        a, b = frames.values[good[left[ok]]], frames.values[good[right[ok]]]
        values[ok] = a + (b - a) * share[ok]
        why[ok] = Sight.GOOD
    return Ticks(index, values, why)


def _next_reason(frames: _Frames, before: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sight of the frame after, for ticks just behind the last good frame of a gap."""
    after = np.minimum(before + 1, len(frames.sight) - 1)
    reason = frames.sight[after]
    return np.where(reason == Sight.GOOD, int(Sight.NO_FRAMES), reason)


def _padded(values: NDArray[np.float64], start: int, stop: int) -> NDArray[np.float64]:
    """Rows start - REACH to stop + REACH, NaN where there are none."""
    rows = values[max(start - REACH, 0) : stop + REACH]
    head = max(REACH - start, 0)
    tail = max(stop + REACH - len(values), 0)
    return np.pad(rows, ((head, tail), (0, 0)), constant_values=np.nan)


def _median(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Median over `width` rows, shrinking by width - 1; a NaN neighbour counts as the centre."""
    if len(values) < width:
        return values[:0]
    windows = sliding_window_view(values, width, axis=0)
    centre = windows[:, :, width // 2, None]
    middle = np.sort(np.where(np.isnan(windows), centre, windows), axis=2)[:, :, width // 2]
    return np.where(np.isnan(centre[:, :, 0]), np.nan, middle)


def _mean(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Mean over `width` rows, added in order; a NaN neighbour counts as the centre."""
    if len(values) < width:
        return values[:0]
    windows = sliding_window_view(values, width, axis=0)
    centre = windows[:, :, width // 2]
    added = np.zeros_like(centre)
    for k in range(width):
        part = windows[:, :, k]
        added = added + np.where(np.isnan(part), centre, part)
    return added / width
