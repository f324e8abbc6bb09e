"""Synthetic counties: registers in the layout village staff keep, with the truth about everybody in them.

``county`` makes one. Nobody in it is real: identity numbers start with 520599, which was never given out.
"""

from tongchou.synth.errors import FinishedCounty, SynthError, UnknownCounty
from tongchou.synth.make import Made, county

__all__ = ["FinishedCounty", "Made", "SynthError", "UnknownCounty", "county"]
