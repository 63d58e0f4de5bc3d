"""The video again with what Repose saw in it: skeleton, angle, phase, count, hold time, cue."""
