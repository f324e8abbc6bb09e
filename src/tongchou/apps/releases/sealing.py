"""Sealing by a second person, publishing, stating anew and ending a release."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou import statistics_tables
from tongchou.apps.local import api as local
from tongchou.apps.places import api as places
from tongchou.apps.releases import content, making, reach
from tongchou.apps.releases.models import Licence, Release, State
from tongchou.core import audit, clock, signing
from tongchou.core.errors import Conflict, Invalid, NotAllowed
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.releases import labels
from tongchou.domain.releases.lifecycle import Act
from tongchou.domain.releases.proof import RELEASE, digest_of

#: Words of each licence in every file.
LICENCES: dict[str, dict[str, str]] = {
    Licence.CC_BY: {
        "zh": "知识共享署名4.0国际许可协议（CC BY 4.0）：注明来源即可自由使用",
        "en": "Creative Commons Attribution 4.0 International (CC BY 4.0)",
        "url": "https://creativecommons.org/licenses/by/4.0/",
    },
    Licence.CC0: {
        "zh": "知识共享CC0 1.0：可无条件自由使用",
        "en": "Creative Commons CC0 1.0 Universal",
        "url": "https://creativecommons.org/publicdomain/zero/1.0/",
    },
    Licence.OFFICE: {
        "zh": "可自由使用，请注明来源；以本单位公共数据开放规定为准",
        "en": "Free use with the source named, by the office's own rules on open data",
        "url": "",
    },
}


@transaction.atomic
def seal(*, release_id: int, content_sha256: str, licence: str, by: Account, at: dt.datetime) -> Release:
    """Seal a checked table as a second person: its figures and words are signed and stay as they are.

    Parameters
    ----------
    content_sha256
        Digest of the figures that were looked at: others are not sealed by it.

    Raises
    ------
    NotAllowed
        ``releases.maker`` when the account computed or checked it.
    Conflict
        ``releases.state``; ``releases.refused`` when a finding forbids it.
    Invalid
        ``releases.licence``.
    """
    one = reach.mine(release_id, by=by, at=at, permission=reach.SEAL, lock=True)
    state = reach.after(one, Act.SEAL)
    if by.pk in (one.computed_by_id, one.checked_by_id):
        raise NotAllowed(
            "releases.maker", _("Who computed or checked a table does not seal it: ask a colleague.")
        )
    if one.content_sha256 != content_sha256:
        raise Conflict("releases.state", _("This table has moved on: look at it again."))
    if licence not in LICENCES:
        raise Invalid("releases.licence", _("Choose under what the figures may be used."))
    if one.inputs["definition"] != statistics_tables.digest(making.definition(one.code)):
        message = _("The definition of this table has changed since. Compute it again.")
        raise Conflict("releases.definition", message)
    # Another table may be out since it was checked.
    found = making.findings(one)
    if making.refused(one) or any(each.refuses for each in found):
        message = _("This table would give something away. Check it again and read what was found.")
        raise Conflict("releases.refused", message)
    one.state, one.licence, one.sealed_by = state, licence, by
    one.about = about_of(one, on=clock.date_of(at))
    one.signature = signing.sign(_claims(one, at), RELEASE)
    one.save()
    making.step(one, Act.SEAL, by=by, at=at)
    audit.append(
        by=by,
        action="releases.seal",
        subject=f"release:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail=_sealed(one),
    )
    return one


def about_of(one: Release, *, on: dt.date) -> dict[str, Any]:
    """What stands beside the figures in every file, but for the proof."""
    said = making.definition(one.code)
    layout = content.released(one).layout
    area = places.area_by_id(one.area_id, within=Scope.everything())
    held = local.values_at(area, on=on).get("unit_name") if area is not None else None
    office = str(held.value) if held is not None else (area.name if area is not None else "")

    def pair(text: Any) -> dict[str, str]:
        return {"zh": text.zh, "en": text.en}

    made: dict[str, Any] = {
        "code": one.code,
        "period": one.period,
        "version": one.version,
        "title": pair(said.title),
        "note": pair(said.note),
        "source": pair(said.source),
        "method": pair(labels.method(said)),
        "basis": pair(labels.BASES[str(said.basis)]),
        "unit": pair(said.unit),
        "publisher": office,
        "area": area.code if area is not None else "",
        "agency": f"CN{area.code[:6]}" if area is not None else "CN",
        "licence": LICENCES.get(one.licence, {}),
        "inputs": one.inputs,
        "dimensions": labels.of_layout(layout),
    }
    if one.predecessor_id:
        made["restatement"] = {
            "zh": f"第{one.version}版，更正此前公布的数字：{one.reason}",
            "en": f"Version {one.version}, in place of the figures published before: {one.reason}",
        }
    return made


def _claims(one: Release, at: dt.datetime) -> dict[str, Any]:
    return {
        "code": one.code,
        "period": one.period,
        "version": one.version,
        "area": one.about["area"],
        "content": content.table_of(one).digest(),
        "about": digest_of(one.about),
        "inputs": one.inputs,
        "iat": int(at.timestamp()),
    }


def _sealed(one: Release) -> dict[str, object]:
    """What of a sealed table stands in the audit chain."""
    return {"table": one.code, "period": one.period, "version": one.version, "content": one.content_sha256}


@transaction.atomic
def publish(*, release_id: int, by: Account, at: dt.datetime) -> Release:
    """Publish a sealed table; the version it states anew stays listed as replaced.

    Raises
    ------
    Conflict
        ``releases.state``; ``releases.damaged`` when its file is not as it was sealed.
    """
    one = reach.mine(release_id, by=by, at=at, permission=reach.SEAL, lock=True)
    state = reach.after(one, Act.PUBLISH)
    content.table_of(one)
    before = one.predecessor
    if before is not None:
        before = Release.objects.select_for_update().get(pk=before.pk)
        if before.state == State.PUBLISHED:
            before.state, before.ended_at = reach.after(before, Act.SUPERSEDE), at
            before.save(update_fields=["state", "ended_at"])
            making.step(before, Act.SUPERSEDE, by=by, at=at)
    one.state, one.published_at = state, at
    one.save(update_fields=["state", "published_at"])
    making.step(one, Act.PUBLISH, by=by, at=at)
    audit.append(
        by=by,
        action="releases.publish",
        subject=f"release:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail=_sealed(one),
    )
    return one


@transaction.atomic
def restate(*, release_id: int, reason: str, by: Account, at: dt.datetime) -> Release:
    """Begin another version of a published table. It takes one of the versions the table may have.

    Raises
    ------
    Invalid
        ``releases.reason`` without a reason.
    Conflict
        ``releases.state`` when it is not published; ``releases.budget`` when no version is left;
        ``releases.there`` when another version is in progress.
    """
    before = reach.mine(release_id, by=by, at=at, permission=reach.COMPUTE, lock=True)
    reason = _words(reason)
    if (
        before.state not in (State.PUBLISHED, State.WITHDRAWN)
        or before.restated_by.exclude(state=State.DROPPED).exists()
    ):
        raise Conflict("releases.state", _("This table has moved on: look at it again."))
    most = making.definition(before.code).versions
    if before.version >= most:
        message = _(
            "All %(most)d versions of this table and period are used up. "
            "Each version narrows what can be guessed of a person, so there is no further one."
        ) % {"most": most}
        raise Conflict("releases.budget", message)
    one = making.begin(
        code=before.code,
        period=before.period,
        version=before.version + 1,
        area_id=before.area_id,
        scope_no=before.scope_no,
        scope_end=before.scope_end,
        predecessor=before,
        reason=reason,
        made_at=at,
    )
    making.step(one, Act.DEFINE, by=by, at=at, note=reason)
    audit.append(
        by=by,
        action="releases.restate",
        subject=f"release:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        purpose=reason,
        detail={"table": one.code, "period": one.period, "version": one.version, "before": before.pk},
    )
    return one


@transaction.atomic
def withdraw(*, release_id: int, reason: str, by: Account, at: dt.datetime) -> Release:
    """Take a published table back with a reason. It stays listed, without its figures."""
    return _end(release_id, Act.WITHDRAW, reason, permission=reach.SEAL, by=by, at=at)


@transaction.atomic
def drop(*, release_id: int, reason: str, by: Account, at: dt.datetime) -> Release:
    """Give a release up that is not published yet."""
    return _end(release_id, Act.DROP, reason, permission=reach.COMPUTE, by=by, at=at)


def _end(release_id: int, act: Act, reason: str, *, permission: str, by: Account, at: dt.datetime) -> Release:
    one = reach.mine(release_id, by=by, at=at, permission=permission, lock=True)
    one.state, one.ended_at = reach.after(one, act), at
    reason = _words(reason)
    one.save(update_fields=["state", "ended_at"])
    making.step(one, act, by=by, at=at, note=reason)
    audit.append(
        by=by,
        action=f"releases.{act}",
        subject=f"release:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        purpose=reason,
        detail={"table": one.code, "period": one.period, "version": one.version},
    )
    return one


def _words(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason or len(reason) > making.LONGEST:
        raise Invalid("releases.reason", _("Say why, in up to 300 characters."))
    return reason
