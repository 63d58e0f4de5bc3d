"""`repose calibrate capture`: a person's own range from three tries, and the thresholds that follow."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from repose.cli.console import output, progress, table
from repose.cli.options import Exercise, Model, Side
from repose.cli.outputs import check_outputs
from repose.errors import ReposeError

if TYPE_CHECKING:
    from rich.console import Console

    from repose.calibration.capture import Proposal, Try


def capture(
    source: Annotated[str, typer.Argument(help="A video file or a recording of the three tries.")],
    exercise: Exercise,
    side: Side = "auto",
    person: Annotated[
        str, typer.Option(metavar="NAME", help="Who is seen: what is in force for them is what is changed.")
    ] = "",
    model: Model = "full",
    picture: Annotated[
        Path | None, typer.Option(metavar="OUT.svg", help="Draw the tries, and the thresholds that follow.")
    ] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Save what is proposed in the person's profile; nothing else does.")
    ] = False,
    who: Annotated[str, typer.Option(metavar="NAME", help="With --save: who decides it.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="With --save: the reason for it.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, no table.")] = False,
) -> None:
    """Find a person's own range: at rest, then as far as is comfortable and back, three times.

    Proposes thresholds as shares of this range, with a sentence for each. Refuses, and says why, when the
    tries disagree, the view is wrong, or the movement does not stand out of the noise.
    """
    from repose.audit.audited_profiles import usual_profiles
    from repose.calibration import capture as capturing
    from repose.calibration.profiles import RESERVED, Profiles
    from repose.pipeline import count_source
    from repose.reports.capture_picture import capture_picture
    from repose.sessions.names import checked_name
    from repose.sessions.recording import is_recording
    from repose.whole_file import write_whole

    person = checked_name(person) if person else ""
    if person in RESERVED:
        raise ReposeError(f"--person {person}: nobody is called so; a range is one person's own")
    if save and not person:
        raise ReposeError("--save needs --person: whose range it is")
    if save and not (who.strip() and why.strip()):
        raise ReposeError("--save needs --who and --why: who decides it, and for what reason")
    if not save and (who or why):
        raise ReposeError("--who and --why go with --save; add that, or leave them out")
    if source.startswith("camera:"):
        raise ReposeError("a capture before the camera is guided by voice: start `repose live` for it")
    if picture is not None and picture.suffix.lower() != ".svg":
        raise ReposeError(f"{picture}: the picture is an SVG file; give it a name that ends in .svg")
    check_outputs(
        [picture] if picture else [], [path for path in (Path(source), Path(model)) if path.is_file()]
    )
    profiles = Profiles()
    revision = profiles.read(person).revision if person else 0
    captured = profiles.load(exercise, person)
    with progress("looking") as on_frame:
        _, track, _ = count_source(source, captured, side=side, model=model, on_frame=on_frame)
    name = Path(source).name if is_recording(source) else track.source
    found = capturing.capture(track, captured, side, usual=profiles.load(exercise))
    if picture is not None:
        write_whole(picture, capture_picture(found, captured.name).encode())
    if isinstance(found, capturing.Refusal):
        raise ReposeError(f"{name}: {found.text}")
    saved = None
    if save:
        changes: dict[str, float | None] = {
            f"{exercise}.{key}": after for key, after in found.changes.items()
        }
        with usual_profiles(person) as changed:
            saved = changed.save(
                person, changes, who=who, why=why, expected=revision, recordings=(name,)
            ).revision
    if as_json:
        said = _as_json(found, name) | {"person": person or None, "saved_as_version": saved}
        typer.echo(json.dumps(said, allow_nan=False, ensure_ascii=False, indent=2))
        return
    _print(output(), found, captured.name)
    if saved is not None:
        typer.echo(f"saved as version {saved} of {person}'s profile")
    elif found.suggestions:
        typer.echo("nothing is saved; --save --person NAME --who NAME --why TEXT does that")


def _print(console: "Console", found: "Proposal", name: str) -> None:
    side = "" if found.side == "both" else f", {found.side}"
    console.print(f"{name}{side}, {len(found.tries)} tries", style="bold")
    ends = [("at rest", f"{found.rest_deg:.1f}°")]
    ends.append(("furthest", f"{found.end_deg:.1f}°  ({_each(found.tries, opposite=False)})"))
    if found.opposite_deg is not None:
        ends.append(("the other way", f"{found.opposite_deg:.1f}°  ({_each(found.tries, opposite=True)})"))
    ends.append(("range", f"{found.range_deg:.1f}°"))
    ends.append(("noise at rest", f"{found.noise_deg:.1f}°"))
    spread = f"{found.repeatability_deg:.1f}°, {found.repeatability_share:.0%} of the range"
    ends.append(("the tries differ by", spread))
    for what, value in ends:
        console.print(f"  {what:<20}{value}")
    shown = table("threshold")
    shown.add_column("now", justify="right")
    shown.add_column("proposed", justify="right", style="bold")
    shown.add_column("why")
    for one in found.suggestions:
        shown.add_row(one.key, "–" if one.before is None else f"{one.before:g}", f"{one.after:g}", one.text)
    console.print()
    console.print(shown)


def _each(tries: "tuple[Try, ...]", *, opposite: bool) -> str:
    angles = (one.opposite_deg if opposite else one.end_deg for one in tries)
    return ", ".join(f"{angle:.1f}°" for angle in angles if angle is not None)


def _as_json(found: "Proposal", source: str) -> dict[str, Any]:
    return {
        "source": source,
        "exercise": found.exercise,
        "side": found.side,
        "rest_deg": found.rest_deg,
        "end_deg": found.end_deg,
        "opposite_deg": found.opposite_deg,
        "range_deg": found.range_deg,
        "noise_deg": found.noise_deg,
        "repeatability_deg": found.repeatability_deg,
        "repeatability_share": found.repeatability_share,
        "tries": [
            {
                "side": one.side,
                "start_s": one.start_s,
                "peak_s": one.peak_s,
                "end_s": one.end_s,
                "end_deg": one.end_deg,
                "opposite_deg": one.opposite_deg,
            }
            for one in found.tries
        ],
        "proposed": [
            {"key": one.key, "before": one.before, "after": one.after, "why": one.text}
            for one in found.suggestions
        ],
    }
