"""Keeping the list of posts: departments, posts, and who holds them from a day on."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.apps.places import api as places
from tongchou.apps.posts import rules
from tongchou.apps.posts.access import KEEP
from tongchou.apps.posts.models import PHONE, Department, Duty, Post, Tenure
from tongchou.core import access, audit, clock
from tongchou.core.errors import Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope

#: Columns of a list of posts; the first row names them. Chinese or English.
COLUMNS: Final = {
    "unit": "单位代码",
    "department": "部门代码",
    "department_name": "部门名称",
    "duty": "职责",
    "title": "职务",
    "holder": "姓名",
    "since": "任职日期",
    "account": "账号",
    "phone": "办公电话",
    "document": "任职文号",
}
_NEEDED: Final = ("unit", "duty", "title", "holder", "since")
_DUTIES: Final = {"书记": Duty.HEAD, "分管": Duty.DEPUTY, "联系": Duty.CONTACT} | {
    one.value: one for one in Duty
}
_LONGEST: Final = {"title": 60, "holder": 40, "department": 16, "department_name": 60, "document": 80}
_MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: a post of a unit and who holds it since when."""

    line: int
    area: places.Area
    department: str
    department_name: str
    duty: str
    title: str
    holder: str
    since: dt.date
    account: Account | None
    phone: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a cell, and what to do: line and column of the file."""

    line: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What a list changed: posts that are new, holders that are new, lines that said what stood there."""

    posts: int
    holders: int
    same: int


def read(content: bytes, *, scope: Scope, on: dt.date) -> list[Entry]:
    """The lines of a CSV list (UTF-8 or GBK).

    Raises
    ------
    Invalid
        ``posts.bad_list`` with everything that is wrong, by line and column, in ``problems``.
    """
    rows = list(csv.reader(io.StringIO(_text(content))))
    names = {chinese: name for name, chinese in COLUMNS.items()} | {name: name for name in COLUMNS}
    heads = [names.get(cell.strip(), "") for cell in rows[0]] if rows else []
    missing = [COLUMNS[name] for name in _NEEDED if name not in heads]
    if missing or len(rows) > _MOST:
        text = _("The first row must name the columns. Missing: %(names)s") % {"names": "、".join(missing)}
        raise _bad([Wrong(1, "", text if missing else _("At most 20,000 lines at once."))])
    lines = [
        (number, {name: cell.strip() for name, cell in zip(heads, row, strict=False) if name})
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    codes = {values.get("unit", "") for _number, values in lines}
    areas = {one.code: one for one in places.Area.objects.within(scope).filter(code__in=codes, valid_to=None)}
    accounts = {
        one.username: one
        for one in Account.objects.filter(username__in={values.get("account", "") for _n, values in lines})
    }
    entries: list[Entry] = []
    wrong: list[Wrong] = []
    seen: dict[tuple[str, str, str], int] = {}
    for number, values in lines:
        found = _problems(number, values, areas, accounts, on)
        key = (values.get("unit", ""), values.get("department", ""), values.get("title", ""))
        if key in seen and not found:
            text = _("The same post stands in line %(line)s already.") % {"line": seen[key]}
            found = [Wrong(number, COLUMNS["title"], text)]
        seen.setdefault(key, number)
        wrong += found
        if not found:
            entries.append(_entry(number, values, areas, accounts))
    if wrong:
        raise _bad(wrong)
    return entries


@transaction.atomic
def keep(*, content: bytes, by: Account, at: dt.datetime) -> Kept:
    """Take a list of posts in: departments and posts that are new, holders from their day on.

    A new holder ends the tenure of the one before. The same list once more changes nothing.

    Raises
    ------
    NotAllowed
        When the account keeps no posts.
    Invalid
        As ``read``; ``posts.before`` with every line that ``appoint`` would refuse.
    """
    on = clock.date_of(at)
    scope = access.require(by, KEEP, on=on)
    entries = read(content, scope=scope, on=on)
    departments, wrong = _departments(entries), []
    posts = {
        (one.area_id, one.department_id, one.title): one
        for one in Post.objects.select_for_update().filter(area_id__in={entry.area.pk for entry in entries})
    }
    fresh = [
        Post(
            area_id=entry.area.pk,
            scope_no=entry.area.scope_no,
            department=departments.get((entry.area.pk, entry.department)),
            duty=entry.duty,
            title=entry.title,
        )
        for entry in entries
        if (entry.area.pk, _pk(departments, entry), entry.title) not in posts
    ]
    for post in Post.objects.bulk_create(fresh):
        posts[post.area_id, post.department_id, post.title] = post
    holding: dict[int, Tenure] = {}
    for one in Tenure.objects.filter(post__in=[one.pk for one in posts.values()]).order_by("since"):
        holding[one.post_id] = one
    heads = rules.Heads.of(
        list({entry.area.pk: entry.area for entry in entries if entry.duty == Duty.HEAD}.values()),
        scope=scope,
        on=on,
    )
    ended, made, phones, same = [], [], [], 0
    for entry in entries:
        post = posts[entry.area.pk, _pk(departments, entry), entry.title]
        if entry.phone and entry.phone != post.phone:
            post.phone = entry.phone
            phones.append(post)
        last = holding.get(post.pk)
        if last is not None and (last.holder, last.since, last.until) == (entry.holder, entry.since, None):
            same += 1
            continue
        found = list(
            rules.faults(
                department=departments.get((entry.area.pk, entry.department)),
                last=last,
                since=entry.since,
                on=on,
                head=heads.fault(
                    entry.area.pk,
                    department=bool(entry.department),
                    duty=post.duty,
                    document=entry.document,
                ),
                oneself=entry.account is not None and entry.account.pk == by.pk,
            )
        )
        wrong += [Wrong(entry.line, COLUMNS[one.field], str(one.text)) for one in found]
        if found:
            continue
        if last is not None and last.until is None:
            last.until = entry.since
            ended.append(last)
        made.append(
            Tenure(
                post=post,
                holder=entry.holder,
                since=entry.since,
                account=entry.account,
                document=entry.document,
            )
        )
    if wrong:
        raise Invalid("posts.before", _said(wrong), problems=wrong)
    Tenure.objects.bulk_update(ended, ["until"])
    Tenure.objects.bulk_create(made)
    Post.objects.bulk_update(phones, ["phone"])
    audit.append(
        by=by,
        action="posts.keep",
        subject="posts",
        at=at,
        detail={"posts": len(fresh), "holders": len(made), "ended": len(ended)},
    )
    return Kept(len(fresh), len(made), same)


def _departments(entries: Sequence[Entry]) -> dict[tuple[int, str], Department]:
    """Departments of the entries by area and code, the new ones made."""
    wanted = {(entry.area.pk, entry.department): entry for entry in reversed(entries) if entry.department}
    known = {
        (one.area_id, one.code): one
        for one in Department.objects.filter(area_id__in={area for area, _code in wanted})
    }
    fresh = [
        Department(
            area_id=area,
            scope_no=entry.area.scope_no,
            code=code,
            name=entry.department_name or code,
            since=entry.since,
        )
        for (area, code), entry in wanted.items()
        if (area, code) not in known
    ]
    for one in Department.objects.bulk_create(fresh):
        known[one.area_id, one.code] = one
    return known


def _pk(departments: dict[tuple[int, str], Department], entry: Entry) -> int | None:
    return departments[entry.area.pk, entry.department].pk if entry.department else None


def _problems(
    number: int,
    values: dict[str, str],
    areas: dict[str, places.Area],
    accounts: dict[str, Account],
    on: dt.date,
) -> list[Wrong]:
    found = []

    def wrong(column: str, text: str) -> None:
        found.append(Wrong(number, COLUMNS[column], text))

    if values.get("unit") not in areas:
        wrong("unit", _("There is no such area among yours."))
    if values.get("duty") not in _DUTIES:
        wrong("duty", _("Write 书记, 分管 or 联系."))
    for name, longest in _LONGEST.items():
        value = values.get(name, "")
        if len(value) > longest or (name in _NEEDED and not value):
            wrong(name, _("Fill this in, with at most %(n)s characters.") % {"n": longest})
    day = _day(values.get("since", ""))
    if day is None or day > on:
        wrong("since", _("Write a day up to today, as 2026-03-01."))
    if "/" in values.get("department", ""):
        wrong("department", _("A code holds no stroke."))
    if values.get("phone") and not PHONE.fullmatch(values["phone"]):
        wrong("phone", _("Give the telephone of the office in digits, as 0857-8222222."))
    if values.get("account") and values["account"] not in accounts:
        wrong("account", _("There is no such account. Leave it empty, or write a user name."))
    return found


def _entry(
    number: int, values: dict[str, str], areas: dict[str, places.Area], accounts: dict[str, Account]
) -> Entry:
    day = _day(values["since"])
    assert day is not None
    return Entry(
        line=number,
        area=areas[values["unit"]],
        department=values.get("department", ""),
        department_name=values.get("department_name", ""),
        duty=_DUTIES[values["duty"]],
        title=values["title"],
        holder=values["holder"],
        since=day,
        account=accounts.get(values.get("account", "")),
        phone=values.get("phone", ""),
        document=values.get("document", ""),
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _bad(wrong: Sequence[Wrong]) -> Invalid:
    return Invalid("posts.bad_list", _said(wrong), problems=list(wrong))


def _said(wrong: Sequence[Wrong]) -> str:
    first = " ".join(
        _("Line %(line)s, %(column)s: %(text)s") % {"line": one.line, "column": one.column, "text": one.text}
        for one in wrong[:10]
    )
    return first if len(wrong) <= 10 else first + " " + _("And %(n)s more.") % {"n": len(wrong) - 10}
