"""Setting letters for every household of a unit in the background: a PDF a village, settled one by one."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import api as commitments
from tongchou.core.jobs import api as jobs


@jobs.job(commitments.KIND, label=_("Letters for every household"), permission=commitments.DRAFT)
def print_letters(context: jobs.JobContext) -> dict[str, int]:
    """The PDFs of the villages of a letter's unit, in Chinese; goes on behind the last one that is kept."""
    from tongchou.web.console.presenters.commitments import addressed, printed
    from tongchou.web.sheets.letters import household_letters_pdf

    assert context.by is not None  # the kind has a permission
    work = commitments.work(context.payload["letter"], by=context.by, at=context.at)
    reached_village, reached_household = context.cursor or (0, 0)
    done, unnamed = context.done, 0
    with translation.override("zh-hans"):
        letter = printed(work.letter, work.promises)
        for village in work.villages:
            if village.scope_no < reached_village:
                continue
            after = reached_household if village.scope_no == reached_village else 0
            while doors := commitments.households_of(village, after=after):
                context.stop_if_asked()
                lines, nameless = addressed(doors)
                # Set outside the chunk: nobody waits for a lock while pages are drawn.
                content = household_letters_pdf(
                    letter, lines, at=work.letter.published_at or context.asked_at
                )
                after = max(one.household_id for one in doors)
                with context.chunk():
                    commitments.keep_bundle(
                        work=work,
                        village=village,
                        job_id=context.job_id,
                        households=len(doors),
                        unnamed=nameless,
                        content=content,
                        at=context.at,
                    )
                    done, unnamed = done + len(doors), unnamed + nameless
                    context.checkpoint([village.scope_no, after], done, work.households, village.name)
    return {"households": done, "unnamed": unnamed}
