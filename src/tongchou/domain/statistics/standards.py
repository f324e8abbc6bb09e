"""Standard populations that death rates are set against, so that areas with other ages can be compared."""

from __future__ import annotations

from typing import Final

#: First ages of the groups of the standard; the last is open.
WORLD_AGES: Final = tuple(range(0, 90, 5))
#: The WHO world standard population 2000-2025, per cent of each group, 85 and over together (0.44 + 0.15 +
#: 0.04 + 0.005). As published they add up to 100.035; only their proportions matter.
#: Source: Ahmad and others (2001), Age Standardization of Rates: A New WHO Standard, GPE Discussion Paper 31,
#: World Health Organization, table 4.
WORLD: Final = (
    8.86, 8.69, 8.60, 8.47, 8.22, 7.93, 7.61, 7.15, 6.59,
    6.04, 5.37, 4.55, 3.72, 2.96, 2.21, 1.52, 0.91, 0.635,
)  # fmt: skip
