"""Logs without personal numbers: every line passes a step that hides ID and mobile numbers.

``logging_settings`` is the value for Django's ``LOGGING``; ``structured`` gives a logger of structlog.
"""

from __future__ import annotations

import logging
from typing import Any

from tongchou.core.redaction import redact, redact_all


def redact_event(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor that hides the numbers in every value of an event; only the renderer follows."""
    return {key: redact_all(value) for key, value in event.items()}


class RedactingFilter(logging.Filter):
    """Hides the numbers in a standard log record: message, arguments, traceback and stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True


def configure_structlog() -> None:
    """Send structlog's events through the standard handlers, redacted, one JSON object a line."""
    import structlog  # what it can do on a terminal takes longer to load than a small command

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            redact_event,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def structured(name: str) -> Any:
    """A module's logger of events; nobody asks structlog itself for one, which would not be redacted."""
    import structlog

    if not structlog.is_configured():
        configure_structlog()
    return structlog.get_logger(name)


def logging_settings(level: str = "INFO") -> dict[str, Any]:
    """``LOGGING`` for the settings: everything to standard error, every handler with the filter.

    The lock-out package logs the user name of each failed sign-in, which may be a password typed in the wrong
    box; it is silenced, since the audit chain records these attempts.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redact": {"()": "tongchou.core.logging.RedactingFilter"}},
        "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "filters": ["redact"], "formatter": "plain"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": ["console"], "level": level, "propagate": False},
            "axes": {"level": "ERROR"},
        },
    }
