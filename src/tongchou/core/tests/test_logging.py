"""No ID number and no mobile number reaches a log, however it is passed."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog

from tongchou.core import logging as our_logging
from tongchou.core.redaction import redact, redact_all

NUMBER, OLD, PHONE = "520599196503071125", "520599650307112", "13800138000"


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(our_logging.RedactingFilter())
    logger = logging.getLogger("tongchou.test_redaction")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (NUMBER, "[id]"),
        ("52059919880808456x", "[id]"),
        (OLD, "[id]"),
        (f"身份证{NUMBER}号", "[id]"),
        (f"id={NUMBER}&x=1", "id=[id]&x=1"),
        (f"sfz{NUMBER}", "sfz[id]"),
        ("５２０５９９１９６５０３０７１１２５", "[id]"),
        (PHONE, "[phone]"),
        ("+86 138 0013 8000", "+[phone]"),
        ("8613800138000", "[phone]"),
        ("138-0013-8000", "[phone]"),
        (f"{NUMBER},{PHONE}", "[id],[phone]"),
        ("520521901201", "520521901201"),
        ("12800138000", "12800138000"),
        ("1" * 19, "1" * 19),
        ("2026-06-30 09:00:00.123456", "2026-06-30 09:00:00.123456"),
        ("a" * 10 + "123456789012345" + "b" * 39, "a" * 10 + "123456789012345" + "b" * 39),
    ],
)
def test_what_looks_like_a_number_of_a_person_is_hidden(text: str, shown: str) -> None:
    assert shown in redact(text)
    if shown.startswith("[") or "[" in shown:
        assert NUMBER not in redact(text) and PHONE not in redact(text)


def test_every_value_inside_is_redacted() -> None:
    value = {
        "a": [NUMBER, {"b": (PHONE,)}],
        NUMBER: int(NUMBER[:15]),
        "c": 5,
        "d": True,
        "e": None,
        "f": b"%d" % 1,
    }
    hidden = repr(redact_all(value))
    assert NUMBER not in hidden and PHONE not in hidden and NUMBER[:15] not in hidden
    assert redact_all({"c": 5, "d": True, "e": None}) == {"c": 5, "d": True, "e": None}


def test_messages_arguments_and_tracebacks_are_redacted(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.info("person %s with %d", NUMBER, int(PHONE))
    logger.info(f"person {OLD}")
    try:
        raise ValueError(f"bad cell {NUMBER}")
    except ValueError:
        logger.exception("row failed", stack_info=True)
    text = stream.getvalue()
    assert text.count("[id]") == 3 and text.count("[phone]") == 1
    assert not any(secret in text for secret in (NUMBER, OLD, PHONE))


def test_structured_events_are_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    our_logging.configure_structlog()
    try:
        processors = structlog.get_config()["processors"]
        assert processors[-2] is our_logging.redact_event
        event = our_logging.redact_event(None, "info", {"event": f"查 {NUMBER}", "phones": [PHONE], "n": 3})
        assert event == {"event": "查 [id]", "phones": ["[phone]"], "n": 3}
    finally:
        structlog.configure(**before)


def test_the_settings_put_the_filter_on_every_handler() -> None:
    wanted = our_logging.logging_settings("WARNING")
    logging.config.DictConfigurator(wanted)
    assert all("redact" in handler["filters"] for handler in wanted["handlers"].values())
    assert wanted["root"]["level"] == "WARNING"
