"""What the page about a person's own data says of sizes and deletions."""

from repose.sessions.records import Deleted


def size(of: int) -> str:
    """Bytes for people: "12.3 MB"."""
    if of < 1000:
        return f"{of} bytes"
    for unit, bytes_of in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9)):
        value = of / bytes_of
        if value < 999.5 or unit == "GB":
            break
    return f"{value:.0f} {unit}" if value >= 99.95 else f"{value:.1f} {unit}"


def length(seconds: float) -> str:
    """A time for people: "42 s", "26 min", "3 h 05 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def number(count: int, one: str, more: str = "") -> str:
    """Such as "1 session", "2 sessions"."""
    return f"{count} {one if count == 1 else more or one + 's'}"


def gone(deleted: Deleted, persons: int = 0, backups: int = 0, profiles: int = 0) -> str:
    """What a deletion removed, after it was seen that it is gone."""
    parts = [
        number(count, one, more)
        for count, one, more in (
            (persons, "person", ""),
            (deleted.sessions, "session", ""),
            (deleted.reps, "rep or partial", "reps and partials"),
            (deleted.chunks, "piece of landmarks", "pieces of landmarks"),
            (deleted.videos, "video", ""),
            (profiles, "file of a calibration profile", "files of calibration profiles"),
            (backups, "copy from before an update", "copies from before updates"),
        )
        if count
    ]
    if not parts:
        return "There was nothing to delete."
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"Deleted {listed}. Repose looked again: it is gone."
