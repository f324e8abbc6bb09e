"""Synthetic counties and prefectures: registers as village staff keep them, with the truth.

``county`` makes one county with the lists of other departments, ``prefecture`` nine units as tables. Nobody
in them is real: identity numbers start with 520599, which was never given out.
"""

from tongchou.synth.errors import FinishedCounty, SynthError, UnknownCounty
from tongchou.synth.make import Made, county
from tongchou.synth.prefecture import MadePrefecture, prefecture

__all__ = [
    "FinishedCounty", "Made", "MadePrefecture", "SynthError", "UnknownCounty", "county", "prefecture",
]  # fmt: skip
