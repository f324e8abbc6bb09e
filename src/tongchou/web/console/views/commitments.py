"""Commitments for those who make them and for the level above: letters, promises, the roll-out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.forms import formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongchou.apps.commitments import api as commitments
from tongchou.core import access, clock
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.domain.commitments.letters import Move
from tongchou.web.console import commitment_forms as forms
from tongchou.web.console.page import show, staff
from tongchou.web.console.parts import pages_of, whole
from tongchou.web.console.presenters import commitments as present
from tongchou.web.console.presenters.jobs import line
from tongchou.web.console.presenters.work import area_choice
from tongchou.web.console.table_workbook import attachment
from tongchou.web.sheets import PDF
from tongchou.web.sheets.letters import letter_pdf

SIZE: Final = 50
ItemForms = formset_factory(forms.ItemForm, extra=1, max_num=commitments.MOST, validate_max=True)


@require_safe
@staff(commitments.VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """The letters of the reader's areas, and how far the roll-out has come."""
    today, of = clock.today(), request.GET.get("show", "")
    of = of if of in commitments.LISTS else ""
    found = commitments.found(by=request.user, on=today, of=of)
    pages = pages_of(request, _address(of), "page", found.count(), SIZE)
    spread = commitments.spread(by=request.user, on=today)
    part = list(found[(pages.number - 1) * SIZE : pages.number * SIZE])
    return show(
        request,
        "console/commitments.html",
        tabs=[(value, label, value == of) for value, label in present.LISTS.items()],
        rows=[present.row(one) for one in commitments.lines_of(part, today)],
        pages=pages,
        drafts=access.may(request.user, commitments.DRAFT, on=today),
        takes_part=access.may(request.user, commitments.TAKE_PART, on=today),
        record=commitments.record_of(commitments.found(by=request.user, on=today), on=today),
        spread=spread,
        stages=[present.rollout_stage(one) for one in spread.stages],
        households=present.rollout_households(spread),
    )


def _address(of: str) -> str:
    return f"/commitments?show={of}" if of else "/commitments"


@require_http_methods(["GET", "HEAD", "POST"])
@staff(commitments.DRAFT)
def begin(request: HttpRequest) -> HttpResponse:
    """A new letter of a unit."""
    form, refusal = forms.BeginForm(request.POST or None), None
    picker = area_choice(request.POST.get("area", ""), scope=request.scope, permission=commitments.DRAFT)
    if request.method == "POST" and form.is_valid():
        if picker.area is None:
            form.add_error(None, _("Choose the unit that promises."))
        else:
            given = {"area_id": picker.area.pk, "by": request.user, "at": clock.now(), **form.cleaned_data}
            try:
                return redirect("console:commitment-write", commitments.begin(**given).pk)
            except (Invalid, Conflict, NotAllowed, NotFound) as error:
                refusal = error
    wrong = bool(form.errors) or refusal is not None
    page = {"form": form, "picker": picker, "refusal": refusal, "status": 422 if wrong else 200}
    return show(request, "console/commitment_new.html", **page)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(commitments.DRAFT)
def write(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The promises of a draft, one box each and an empty one more."""
    view = commitments.view(letter_id, by=request.user, on=clock.today())
    begun = [{name: getattr(one, name) for name in forms.ItemForm.base_fields} for one in view.promises]
    boxes, refusal = ItemForms(request.POST or None, initial=begun, prefix="item"), None
    if request.method == "POST" and boxes.is_valid():
        kept = [box for box in boxes if box.cleaned_data and f"{box.prefix}-drop" not in request.POST]
        try:
            items = [box.item() for box in kept]
            commitments.write(letter_id=letter_id, items=items, by=request.user, at=clock.now())
        except (Invalid, Conflict) as error:
            refusal = error
            _onto(kept, error)
        else:
            messages.success(request, _("Kept. Residents see it once you put it to them."))
            again = "more" in request.POST
            return redirect("console:commitment-write" if again else "console:commitment", letter_id)
    return show(
        request,
        "console/commitment_write.html",
        letter=view.letter,
        unit=present.unit_of(view.letter),
        boxes=boxes,
        refusal=refusal,
        most=commitments.MOST,
        status=422 if request.method == "POST" else 200,
    )


def _onto(boxes: Any, error: Invalid | Conflict) -> None:
    """Each message to the promise it is about."""
    for number, said in error.data.get("items", {}).items():
        for text in said:
            boxes[number].add_error(None, text)


@require_safe
@staff(commitments.VIEW)
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """One letter: where it stands, its promises, what can be done."""
    return _one(request, letter_id)


def _one(
    request: HttpRequest,
    letter_id: int,
    *,
    wrong: tuple[str, Any] | None = None,
    refusal: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    view = commitments.view(letter_id, by=request.user, on=today)
    published = view.letter.stage == commitments.Stage.PUBLISHED
    boxes = {name: make() for name, make in _FORMS.items()}
    if wrong is not None:
        boxes[wrong[0]] = wrong[1]
    boxes["publish"] = boxes["publish"].among(view.signers)
    return show(
        request,
        "console/commitment.html",
        status=status,
        view=view,
        unit=present.unit_of(view.letter),
        chip=present.stage_chip(view.letter.stage),
        way=present.way(view.letter.stage),
        rows=present.promises(
            view.promises,
            reversed(view.steps),
            on=today,
            published=published,
            rounds=commitments.rounds_of(view.letter) if published else None,
        ),
        acts=present.acts_of(view.steps),
        forms=boxes,
        published=published,
        redates=view.drafts and Move.REDATE in view.moves,
        refusal=refusal,
        unanswered=sum(not one.answer for one in view.comments),
    )


_FORMS: Final[dict[str, Callable[..., Any]]] = {
    "hear": forms.HearForm,
    "decide": forms.VoteForm,
    "review": forms.ReviewForm,
    "publish": forms.PublishForm,
    "withdraw": forms.WithdrawForm,
    "annul": forms.AnnulForm,
    # Beside other forms that ask for words: their names stay apart.
    "redate": partial(forms.RedateForm, auto_id="redate-%s"),
    "reply": forms.ReplyForm,
    "report": forms.ReportForm,
    "broken": forms.BrokenForm,
}
_DONE: Final = {
    "hear": lambda: _("Residents may comment from now on. The words stay as they are."),
    "assemble": lambda: _("Comments are closed. Record what the assembly decides."),
    "decide": lambda: _("Recorded."),
    "review": lambda: _("Recorded."),
    "publish": lambda: _("Published. Print the letter and hand it to every household."),
    "withdraw": lambda: _("Withdrawn."),
    "annul": lambda: _("Taken back. The unit begins another letter without these words."),
    "redate": lambda: _("Its last day is another now; the history says why."),
    "reply": lambda: _("Answered. It is read out at the assembly."),
    "report": lambda: _("Reported. The level above asks families now."),
    "draw": lambda: _("Drawn. Call the households in the list; who is not reached is replaced by the next."),
    "confirm": lambda: _("Confirmed: what the families said holds."),
    "broken": lambda: _("Recorded. It stands in public until families confirm that it is mended."),
}


@require_POST
@staff(commitments.VIEW)
def act(request: HttpRequest, letter_id: int, act: str) -> HttpResponse:
    """Does one thing with a letter, one of its promises or a comment on it."""
    if act not in _DONE:
        raise Http404
    form = _FORMS[act](request.POST) if act in _FORMS else None
    if form is not None and not form.is_valid():
        return _one(request, letter_id, wrong=(act, form), status=422)
    try:
        _do(act, request, letter_id, form)
    except (Invalid, Conflict, NotAllowed) as error:
        return _one(request, letter_id, refusal=error, status=error.status)
    if act == "draw":
        messages.success(request, _DONE[act]())
        return redirect("console:commitment-calls", whole(request.POST.get("which", "")) or 0)
    if act == "decide" and not form.vote().valid:
        messages.warning(request, present.decided(form.vote()))
    else:
        messages.success(request, present.decided(form.vote()) if act == "decide" else _DONE[act]())
    return redirect("console:commitment", letter_id)


def _do(act: str, request: HttpRequest, letter_id: int, form: Any) -> None:
    given = {"by": request.user, "at": clock.now()}
    said = form.cleaned_data.get("said", "") if form is not None else ""
    of_letter, which = {"letter_id": letter_id, **given}, whole(request.POST.get("which", "")) or 0
    match act:
        case "hear":
            commitments.hear(days=form.cleaned_data["days"], **of_letter)
        case "assemble":
            commitments.assemble(**of_letter)
        case "decide":
            commitments.decide(vote=form.vote(), said=said, **of_letter)
        case "review":
            commitments.review(lawful=form.cleaned_data["lawful"] == "yes", said=said, **of_letter)
        case "publish":
            commitments.publish(signed_by=form.cleaned_data["signed_by"], **of_letter)
        case "withdraw":
            commitments.withdraw(said=said, **of_letter)
        case "annul":
            commitments.annul(said=said, **of_letter)
        case "redate":
            commitments.redate(position=which, due=form.cleaned_data["due"], said=said, **of_letter)
        case "reply":
            commitments.reply(comment_id=which, said=said, **given)
        case "report":
            commitments.report(promise_id=which, said=said, **given)
        case "draw":
            commitments.draw(promise_id=which, **given)
        case "confirm":
            commitments.confirm(promise_id=which, **given)
        case _:
            commitments.find_broken(promise_id=which, said=said, **given)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(commitments.REVIEW)
def calls(request: HttpRequest, promise_id: int) -> HttpResponse:
    """The households drawn to be called about a promise, and noting what each says."""
    refusal = None
    if request.method == "POST":
        said = {
            place: value
            for name, value in request.POST.items()
            if name.startswith("call-") and value and (place := whole(name.removeprefix("call-"))) is not None
        }
        try:
            number = commitments.note(promise_id=promise_id, said=said, by=request.user, at=clock.now())
        except (Invalid, Conflict, NotAllowed) as error:
            refusal = error
        else:
            noted = ngettext("%(n)d household noted.", "%(n)d households noted.", number)
            messages.success(request, noted % {"n": number})
            return redirect("console:commitment-calls", promise_id)
    sheet = commitments.sheet(promise_id, by=request.user, on=clock.today())
    if sheet is None:
        raise Http404
    return show(
        request,
        "console/commitment_calls.html",
        sheet=sheet,
        unit=present.unit_of(sheet.promise.letter),
        outcomes=commitments.Said.choices,
        again=commitments.Said.NOT_REACHED,
        refusal=refusal,
        status=200 if refusal is None else refusal.status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff(commitments.DRAFT)
def reach(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Households that have no letter yet, fifty at a time, and noting who was reached."""
    form, refusal = forms.DeliverForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        chosen = [number for one in request.POST.getlist("household") if (number := whole(one)) is not None]
        try:
            new = commitments.deliver(
                letter_id=letter_id, households=chosen, by=request.user, at=clock.now(), **form.cleaned_data
            )
        except (Invalid, Conflict) as error:
            refusal = error
        else:
            messages.success(
                request, ngettext("%(n)d household noted.", "%(n)d households noted.", new) % {"n": new}
            )
            return redirect("console:commitment-reach", letter_id)
    today = clock.today()
    view = commitments.view(letter_id, by=request.user, on=today)
    after = whole(request.GET.get("after", "")) or 0
    printing = commitments.printing(letter_id)
    doors = commitments.to_reach(letter_id, by=request.user, on=today, after=after)
    return show(
        request,
        "console/commitment_reach.html",
        view=view,
        unit=present.unit_of(view.letter),
        doors=doors,
        bundles=commitments.bundles(letter_id, by=request.user, at=clock.now()),
        job=None if printing is None else line(printing, area=view.letter.area_name),
        more=doors[-1].household_id if len(doors) == SIZE else None,
        form=form,
        refusal=refusal,
        status=422 if form.errors or refusal else 200,
    )


@require_POST
@staff(commitments.DRAFT)
def ask_to_print(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Asks for the letters of all households; a worker sets them."""
    try:
        commitments.ask_to_print(letter_id=letter_id, by=request.user, at=clock.now())
    except Conflict as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Asked for. The letters are being set; come back in a minute."))
    return redirect("console:commitment-reach", letter_id)


@require_safe
@staff(commitments.DRAFT)
def bundle(request: HttpRequest, bundle_id: int) -> HttpResponse:
    """The letters of a village's households as one PDF."""
    one, content = commitments.fetch_bundle(bundle_id, by=request.user, at=clock.now())
    return attachment(content, f"commitments-{one.letter_id}-{one.pk}.pdf", kind=PDF)


@require_safe
@staff(commitments.VIEW)
def sheet(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The signed letter as PDF, to be handed to every household."""
    view = commitments.view(letter_id, by=request.user, on=clock.today())
    if view.letter.stage != commitments.Stage.PUBLISHED:
        raise Http404
    found = present.printed(view.letter, view.promises)
    return attachment(letter_pdf(found, at=view.letter.published_at), f"commitment-{letter_id}.pdf", kind=PDF)
