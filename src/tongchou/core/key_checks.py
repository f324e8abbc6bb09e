"""Do the keys belong to this database? A check value of each key, kept in the database, tells.

Without it a lost ``keys.json`` would go unnoticed: new keys would be made, and nothing written before could
be found, opened or proved any more. The value is an HMAC-SHA256 of a constant under the key; it proves that a
key is the same one and tells nothing else about it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import partial

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.core.errors import AppError
from tongchou.core.models import KeyCheck

_CONSTANT = b"tongchou key check"


class KeysLost(AppError, ImproperlyConfigured):  # noqa: N818 - named after what it says
    """The database was written with keys that ``keys.json`` lacks or holds otherwise.

    ``data["names"]`` are the names of those keys.
    """

    status = 500

    def __init__(self, names: list[str]) -> None:
        message = _("the keys do not belong to this database: restore keys.json from its backup")
        super().__init__("keys.lost", message, names=names)

    def __str__(self) -> str:
        names = ", ".join(self.data["names"])
        return f"the keys do not belong to this database: restore keys.json from its backup ({names})"


def compare(keys: Mapping[str, bytes]) -> None:
    """Check the keys by name against the database, and note those it does not know yet.

    What is new is noted after the transaction that is open, if any. Should that fail, the next start notes
    it: ``setup``, ``serve`` and ``worker`` all compare.

    Raises
    ------
    KeysLost
        When the database knows a key that is not among these or differs.
    """
    found = _unknown(keys)
    if found:
        transaction.on_commit(partial(_note, dict(keys)))


def refuse_new_keys(family: str = "") -> None:
    """Called before keys are made, of a family by the letter of its names or of all.

    Raises
    ------
    KeysLost
        When the database holds checks of keys: then there were some, and new ones would hide that.
    """
    known = KeyCheck.objects.filter(name__startswith=family).order_by("name")
    if names := list(known.values_list("name", flat=True)):
        raise KeysLost(names)


def _unknown(keys: Mapping[str, bytes]) -> list[str]:
    """Names of the keys the database does not know yet."""
    known = dict(KeyCheck.objects.values_list("name", "value"))
    lost = [
        name
        for name, value in known.items()
        if name not in keys or not hmac.compare_digest(value, _value(name, keys[name]))
    ]
    if lost:
        raise KeysLost(sorted(lost))
    return [name for name in keys if name not in known]


def _note(keys: Mapping[str, bytes]) -> None:
    KeyCheck.objects.bulk_create(
        [KeyCheck(name=name, value=_value(name, keys[name])) for name in _unknown(keys)],
        ignore_conflicts=True,
    )
    _unknown(keys)  # two installations that start at once on one database: only one of them is right


def _value(name: str, key: bytes) -> str:
    return hmac.digest(key, _CONSTANT + b"\0" + name.encode(), "sha256").hex()
