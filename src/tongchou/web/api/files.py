"""Register files: hand one in, see what was found, decide."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from tongchou.apps.intake import api as intake
from tongchou.web.api.access import needs
from tongchou.web.api.jobs import Job
from tongchou.web.api.jobs import shown as job_shown
from tongchou.web.api.once import once
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Body, Count, Id, Key, Limit, Moment, following

router = Router(tags=["files"])


class Matter(Schema):
    """A closed matter of which columns were dropped before anything was stored."""

    text: str
    columns: int


class RegisterFile(Schema):
    """A village's register on its way in. ``seen`` is what a decision has to name.

    ``left_open``: rows of a stored file nobody has decided about.
    """

    file_id: int
    name: str
    village_id: int
    village: str
    status: str
    uploaded_at: Moment
    decided_at: Moment | None
    year: int
    people: int
    households: int
    held_people: int
    held_households: int
    errors: int
    warnings: int
    new: int
    changed: int
    same: int
    in_question: int
    left_open: int
    missing: int
    dropped: list[Matter]
    seen: int


class Files(Schema):
    """A part of the list; send ``next`` as ``before`` to read on."""

    items: list[RegisterFile]
    next: int | None


class FileProblem(Schema):
    """Something to mend (``error``) or to look at (``warning``)."""

    level: str
    cell: str
    row: int
    column: str
    code: str
    detail: str
    fix: str


class FileProblems(Schema):
    """A part of the list; send ``next`` as ``start`` to read on."""

    total: int
    items: list[FileProblem]
    next: int | None


class Decision(Body):
    """``seen`` of the file as it was looked at: what has changed since then is not stored unseen."""

    seen: Count


@router.get(
    "",
    summary=gettext_noop(
        "The register files of the token's areas, the newest first; left_open: those with rows to decide"
    ),
    **answers(Files),
    **needs("intake.upload"),
)
def files(request: HttpRequest, before: Id | None = None, limit: Limit = 50, left_open: bool = False):
    found = intake.left_open if left_open else intake.files
    found = found(scope=request.reach).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    listed = list(found[: limit + 1])
    return Files(
        items=[_shown(one) for one in listed[:limit]],
        next=listed[limit - 1].pk if len(listed) > limit else None,
    )


@router.post(
    "",
    summary=gettext_noop("Hand in one village's register: every cell is read, nothing is stored yet"),
    **answers(RegisterFile, 201),
    **needs("intake.upload"),
)
def hand_in(
    request: HttpRequest,
    village: Form[Id],
    file: File[UploadedFile],
    key: Key = None,
):
    content = file.read()

    def act() -> RegisterFile:
        staged = intake.stage_register(
            content=content,
            file_name=file.name or "",
            village_id=village,
            by=request.auth,
            at=request.at,
        )
        return _shown(intake.open_file(staged.pk, scope=request.reach))

    return once(request, key, act, str(village), hashlib.sha256(content).hexdigest(), status=201)


@router.get(
    "/{int:file_id}",
    summary=gettext_noop("What was found in a file and what storing it would do"),
    **answers(RegisterFile),
    **needs("intake.upload"),
)
def file(request: HttpRequest, response: HttpResponse, file_id: Id):
    found = intake.open_file(file_id, scope=request.reach)
    intake.compare_again(found, scope=request.reach, at=request.at)
    response["ETag"] = f'"{found.pk}-{found.status}-{found.comparison_no}"'
    return _shown(found)


@router.get(
    "/{int:file_id}/problems",
    summary=gettext_noop("Everything to mend in a file, with its cell, errors first"),
    **answers(FileProblems),
    **needs("intake.upload"),
)
def file_problems(request: HttpRequest, file_id: Id, start: Count = 0, limit: Limit = 50):
    found = intake.open_file(file_id, scope=request.reach)
    total = found.problem_count
    listed = intake.problems(file_id, scope=request.reach, start=start, limit=limit) if start < total else []
    return FileProblems(
        total=total,
        items=[
            FileProblem(
                level=one.level,
                cell=one.cell,
                row=one.row_no,
                column=one.column,
                code=one.code,
                detail=one.text,
                fix=one.fix,
            )
            for one in listed
        ],
        next=following(start, listed, total),
    )


@router.post(
    "/{int:file_id}/apply",
    summary=gettext_noop("Store the households without errors, in the background"),
    **answers(Job, 202),
    **needs("intake.apply"),
)
def apply_file(request: HttpRequest, file_id: Id, sent: Decision, key: Key = None):
    def act() -> Job:
        job = intake.ask_to_apply(file_id=file_id, by=request.auth, at=request.at, seen=sent.seen)
        return job_shown(job)

    return once(request, key, act, sent.model_dump_json(), status=202)


@router.post(
    "/{int:file_id}/discard",
    summary=gettext_noop("Forget a file that waits for a decision"),
    **answers(RegisterFile),
    **needs("intake.apply"),
)
def discard_file(request: HttpRequest, file_id: Id, key: Key = None):
    def act() -> RegisterFile:
        intake.discard_file(file_id=file_id, by=request.auth, at=request.at)
        return _shown(intake.open_file(file_id, scope=request.reach))

    return once(request, key, act)


def _shown(found: intake.RegisterFile) -> RegisterFile:
    return RegisterFile(
        file_id=found.pk,
        name=found.name,
        village_id=found.village_id,
        village=found.village.name,
        status=found.status,
        uploaded_at=found.uploaded_at,
        decided_at=found.decided_at,
        year=found.year,
        people=found.people,
        households=found.households,
        held_people=found.held_people,
        held_households=found.held_households,
        errors=found.error_count,
        warnings=found.warning_count,
        new=found.new_count,
        changed=found.changed_count,
        same=found.same_count,
        in_question=found.conflict_count,
        left_open=found.left_open,
        missing=found.missing_count,
        dropped=[Matter(text=text, columns=number) for text, number in intake.dropped_columns(found)],
        seen=found.comparison_no,
    )
