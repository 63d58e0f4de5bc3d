"""Files that somebody has tampered with."""

from typing import Final

from hypothesis import strategies as st

NUMBERS: Final = (0, 1, 2**31 - 1, 2**31, 2**32 - 1)

LINES: Final = [
    "", "[", "[[", "[heel-slides]", "[[faults]]", "[thresholds]", "[thresholds.left]", "[dose]", "a.b.c = 1",
    "version = 2", "version = 0x" + "f" * 3000, "a = " + "[" * 900, ".".join(["a"] * 1900) + " = 1",
    "faults." + "a." * 1000 + "b = 1", "x = 1e999", "x = -inf", "x = nan", "x = 99999999999999999999",
    "x = 1979-05-27T07:32:00Z", "x = '\u202e'", 'x = "\\u0000"', "slug = '../../etc/passwd'",
    "name = '{0.__class__}'", "name = '{{7*7}}'", "person = 'clinic'", "person = '../x'", "x = '''",
    "peak = []", "guards = 3", "signal = 'heel_height'", "posture = 'supine'", "ends = 2", "sides = 'pair'",
]  # fmt: skip
"""Lines that a TOML file of ours would not have, or not there."""

VALUES: Final = [
    "0", "-0.0", "1e-300", "1e300", "-1e300", "1e999", "nan", "-inf", "true", "''", "[]", "{}",
    "9" * 400, "'\u202ex'", "'a\\nb'", "0.001", "359", "180", "-180", "1", "100", "600",
]  # fmt: skip


@st.composite
def bytes_of(draw: st.DrawFn, whole: bytes, first: int = 0) -> bytes:
    """A file with some of its bytes changed, taken away, or put elsewhere, from a place on."""
    content = bytearray(whole)
    for _ in range(draw(st.sampled_from((1, 1, 1, 2, 5, 20)))):
        at = draw(st.integers(min(first, max(len(content) - 1, 0)), max(len(content) - 1, 0)))
        match draw(st.integers(0, 5)):
            case 0 if content:
                content[at] ^= 1 << draw(st.integers(0, 7))
            case 1 if content:
                content[at] = draw(st.sampled_from((0, 1, 0x7F, 0x80, 0xFF)))
            case 2:
                del content[at : at + draw(st.sampled_from((1, 2, 8, 100, 10_000)))]
            case 3:
                content[at:at] = draw(st.binary(min_size=1, max_size=6))
            case 4:
                content[at : at + 4] = draw(st.sampled_from(NUMBERS)).to_bytes(4, "little")
            case _:
                other, length = draw(st.integers(0, len(content))), draw(st.sampled_from((4, 16, 64)))
                content[at : at + length] = content[other : other + length]
    return bytes(content)


@st.composite
def lines_of(draw: st.DrawFn, whole: str) -> bytes:
    """A TOML file with some of its lines gone, twice, elsewhere, or with another value."""
    lines = whole.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(lines) - 1, 0)))
        match draw(st.integers(0, 4)):
            case 0:
                del lines[at : at + draw(st.sampled_from((1, 1, 3)))]
            case 1:
                lines.insert(at, draw(st.sampled_from(LINES)))
            case 2 if lines:
                lines.insert(draw(st.integers(0, len(lines))), lines[at])
            case 3 if lines and "=" in lines[at]:
                lines[at] = lines[at].partition("=")[0] + "= " + draw(st.sampled_from(VALUES))
            case _ if lines:
                lines[at] = draw(st.text(max_size=30))
    return "\n".join(lines).encode("utf-8", draw(st.sampled_from(("replace", "surrogatepass"))))
