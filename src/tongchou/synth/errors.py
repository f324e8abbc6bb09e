"""What can go wrong when a synthetic county is asked for: all ``ValueError``, the message says what to do."""

from __future__ import annotations


class SynthError(ValueError):
    """A county that cannot be made as asked."""


class UnknownCounty(SynthError):  # noqa: N818
    """No census table is packaged for the code."""


class FinishedCounty(SynthError):  # noqa: N818
    """The folder already holds a finished county, which is never overwritten."""
