"""Numbers that Repose proposes for a draft: from one recording, or fitted to what people annotated."""

from typing import Literal

from fastapi import APIRouter

from repose.calibration.capture import Refusal, capture
from repose.calibration.fitting.cases import Cases, kept_cases_of
from repose.calibration.fitting.fit import Fit, fit
from repose.calibration.fitting.numbers import usual_keys
from repose.calibration.fitting.picture import threshold_picture
from repose.calibration.fitting.score import Mistakes
from repose.calibration.fitting.words import amount, headline, threshold_words, warnings
from repose.calibration.profiles import CLINIC
from repose.errors import ReposeError
from repose.exercises import Definition
from repose.pose.landmarks import joined
from repose.sessions.readable import readable_set
from repose.web.kept.calibrate_asked import Answer, Desk, Draft, DraftOfSet
from repose.web.kept.calibrate_jobs import Job, Jobs, OnProgress
from repose.web.kept.calibrate_words import key_in_words, unit_of
from repose.web.kept.review import in_local_words


class Suggested(Answer):
    """One proposed number, in words.

    Attributes:
        key: dotted, without the exercise.
        before: what is in force under the draft; None where nothing is.
        text: why.
    """

    key: str
    name: str
    unit: str
    before: float | None
    after: float
    text: str


class ProposalAnswer(Answer):
    """What one recording proposes.

    Attributes:
        refused: why nothing is proposed, and what to do; "" where something is.
        tries: the movements that were found.
        why: a reason for saving it, in words.
    """

    refused: str
    tries: int
    why: str
    suggestions: tuple[Suggested, ...]


class FitRequest(Draft):
    """A draft that is to be fitted.

    Attributes:
        side: whose own numbers; None for those that both sides have in common.
    """

    side: Literal["left", "right"] | None = None


class FittedThreshold(Answer):
    """One threshold.

    Attributes:
        name: in words.
        said: what came of it.
        picture: an SVG: how many reps are counted wrong over its range.
    """

    name: str
    said: tuple[str, ...]
    picture: str


class FittedRecording(Answer):
    """What is wrong in one recording, in words: now, under the fit, and under a fit that does not know it."""

    name: str
    link: str
    present: str
    fitted: str
    left_out: str


class FitAnswer(Answer):
    """What a fit found.

    Attributes:
        left_out: recordings that have no part in it, and why.
        changes: what is worth taking.
        why: a reason for saving it, in words.
    """

    headline: str
    warnings: tuple[str, ...]
    left_out: tuple[str, ...]
    thresholds: tuple[FittedThreshold, ...]
    recordings: tuple[FittedRecording, ...]
    changes: dict[str, float]
    why: str


class FitProgress(Answer):
    """How far a fit is.

    Attributes:
        job: its name.
        doing: what is done now, in words.
        problem: why it came to nothing; "" where it did not.
        result: None until it is done.
    """

    job: str
    done: int
    of: int
    doing: str
    problem: str
    result: FitAnswer | None


def proposal_routes(desk: Desk) -> APIRouter:
    """The routes."""
    router = APIRouter()
    jobs: Jobs[FitAnswer] = Jobs()

    @router.post("/api/calibrate/propose", operation_id="calibration_propose")
    def propose(asked: DraftOfSet) -> ProposalAnswer:
        """Find a person's own range in a kept set, and propose thresholds; nothing is saved."""
        session, one = desk.set(asked)
        exercise = desk.stand(asked).in_force(asked.changes).exercise
        # What an earlier capture put into the person's profile has no part in what this one says.
        usual = desk.profiles.load(asked.exercise)
        if session.recorded_s is None:
            raise ReposeError("the recording of this session is not kept any more; choose another one")
        tracks = list(readable_set(desk.store, session, one.id, []))
        if not tracks:
            raise ReposeError("nothing can be read of this recording; choose another one")
        # A picture that got smaller meanwhile is the same picture: landmarks are shares of it.
        track = joined([track for track in tracks if len(track.time_s)])
        found = capture(track, exercise, one.head.prescribed, usual)
        if isinstance(found, Refusal):
            return ProposalAnswer(refused=found.text, tries=len(found.tries), why="", suggestions=())
        return ProposalAnswer(
            refused="",
            tries=len(found.tries),
            why=f"own range in {len(found.tries)} tries of {in_local_words(session.head.begun_at)}",
            suggestions=tuple(
                Suggested(
                    key=each.key,
                    name=key_in_words(each.key, exercise.definition),
                    unit=unit_of(each.key, exercise.definition),
                    before=each.before,
                    after=each.after,
                    text=each.text,
                )
                for each in found.suggestions
            ),
        )

    @router.post("/api/calibrate/fit", operation_id="calibration_fit")
    def begin_fit(asked: FitRequest) -> FitProgress:
        """Begin to fit a draft to what people annotated; nothing is saved."""
        exercise = desk.stand(asked).in_force(asked.changes).exercise
        person_id = None if asked.person == CLINIC else asked.person

        def work(on_progress: OnProgress) -> FitAnswer:
            cases = kept_cases_of(
                desk.store,
                exercise,
                person_id,
                on_case=lambda done, of, name: on_progress(done, 2 * of, f"reading {name}"),
            )
            found = fit(
                exercise,
                cases.examples,
                usual_keys(exercise, asked.side),
                lambda done, of: on_progress(of + done, 2 * of, f"fit {done + 1} of {of}"),
            )
            return _fit_answer(found, cases, exercise.definition)

        return _progress(jobs.begin(work))

    @router.get("/api/calibrate/fit/{job}", operation_id="calibration_fit_progress")
    def fit_progress(job: str) -> FitProgress:
        """Give how far a fit is, and what it found."""
        return _progress(jobs.of(job))

    return router


def _progress(job: Job[FitAnswer]) -> FitProgress:
    return FitProgress(
        job=job.id, done=job.done, of=job.of, doing=job.doing, problem=job.problem, result=job.result
    )


def _fit_answer(found: Fit, cases: Cases, definition: Definition) -> FitAnswer:
    return FitAnswer(
        headline=headline(found),
        warnings=warnings(found),
        left_out=cases.left_out,
        thresholds=tuple(
            FittedThreshold(
                name=key_in_words(one.key, definition),
                said=threshold_words(one),
                picture=threshold_picture(one),
            )
            for one in found.thresholds
        ),
        recordings=tuple(
            FittedRecording(
                name=one.name,
                link=f"/sessions/{one.session}",
                present=amount(one.present),
                fitted=amount(one.fitted),
                left_out=_or_nothing(one.left_out),
            )
            for one in found.recordings
        ),
        changes=found.changes,
        why=f"fitted to {len(found.recordings)} annotated recordings of {len(found.sessions)} sessions",
    )


def _or_nothing(found: Mistakes | None) -> str:
    return "–" if found is None else amount(found)
