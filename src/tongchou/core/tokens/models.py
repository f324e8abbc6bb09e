"""Tokens as keyed hashes, how often unknown ones were tried, and the answers kept for second tries."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q


class ApiToken(models.Model):
    """A program's key to what its owner may do, and to less when fewer ``permissions`` were chosen.

    Only a keyed hash of the secret is kept. Areas are not: they are the owner's of the day.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=60, unique=True)
    permissions: models.JSONField[list[str]] = models.JSONField(default=list)
    created_at = models.DateTimeField()
    #: Last day it is accepted.
    expires_on = models.DateField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    #: The minute requests are counted in, and how many came in it.
    minute = models.DateTimeField(null=True)
    minute_count = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "core"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"], condition=Q(revoked_at=None), name="api_token_name_once"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(digest=""), name="api_token_named_and_hashed"),
        ]

    def __str__(self) -> str:
        return f"token {self.pk}"


class RefusedTokens(models.Model):
    """How many tokens were refused on a day, by reason. Never the tokens."""

    day = models.DateField()
    reason = models.CharField(max_length=40)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["day", "reason"], name="refused_tokens_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.reason} {self.number}"


class KeptAnswer(models.Model):
    """The answer to a request with an idempotency key; ``status`` is empty while it is being worked on.

    Key and request are kept as hashes. Bodies of such answers hold numbers and states, no people.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    request = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="kept_answer_once_a_key")]
        indexes = [models.Index(fields=["created_at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return f"answer {self.pk}"
