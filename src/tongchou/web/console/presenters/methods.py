"""Definitions, formulas and sources of what is told: one list for the methods page, bulletins and yearbooks.

The indicators are those of ``domain.statistics.indicators``; here are the words beside them.
"""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.domain.statistics.content import Content
from tongchou.domain.statistics.figures import RECORDS, STRUCTURE, rates_of
from tongchou.domain.statistics.indicators import INDICATORS, Indicator, Topic
from tongchou.web.console.presenters.publication import Chapter, Definitions, Says
from tongchou.web.console.presenters.statistics.words import UNITS

#: Formulas in words, as ``INDICATORS`` has them; a test holds the two together.
FORMULAS: Final[dict[str, str | Promise]] = {
    "population": gettext_lazy("People at the end of the period, those of unknown age or sex included"),
    "growth_rate": gettext_lazy("1000 × (people at the end − people before the period) / person-years"),
    "share_0_14": gettext_lazy("100 × people aged 0 to 14 / people"),
    "share_15_59": gettext_lazy("100 × people aged 15 to 59 / people"),
    "share_60_plus": gettext_lazy("100 × people aged 60 and over / people"),
    "share_65_plus": gettext_lazy("100 × people aged 65 and over / people"),
    "child_dependency": gettext_lazy("100 × people aged 0 to 14 / people aged 15 to 64"),
    "old_dependency": gettext_lazy("100 × people aged 65 and over / people aged 15 to 64"),
    "total_dependency": gettext_lazy("100 × people aged 0 to 14 or 65 and over / people aged 15 to 64"),
    "ageing_index": gettext_lazy("100 × people aged 65 and over / people aged 0 to 14"),
    "median_age": gettext_lazy(
        "The exact age that one half of the people have not reached, even ages within a group"
    ),
    "sex_ratio": gettext_lazy("100 × men / women"),
    "births": gettext_lazy("Live births in the period"),
    "cbr": gettext_lazy("1000 × births / person-years"),
    "natural_increase": gettext_lazy("1000 × (births − deaths) / person-years"),
    "gfr": gettext_lazy("1000 × births / person-years of women aged 15 to 49"),
    "tfr": gettext_lazy(
        "Sum over the age groups 15 to 49 of 5 × births / person-years of women; births of mothers of "
        "unknown or other age are spread like the rest"
    ),
    "mean_age_at_birth": gettext_lazy(
        "Mean of the middles of the age groups 15 to 49, weighted with births / women's person-years"
    ),
    "nrr": gettext_lazy(
        "100/205 × sum over the ages 15 to 49 of births / person-years of women × years a girl lives in the "
        "age group"
    ),
    "srb": gettext_lazy("100 × boys / girls among births"),
    "deaths": gettext_lazy("Deaths in the period"),
    "cdr": gettext_lazy("1000 × deaths / person-years"),
    "imr": gettext_lazy("1000 × deaths before the first birthday / births of the period"),
    "u5mr": gettext_lazy(
        "1000 × probability of dying before the fifth birthday under the death rates of the period"
    ),
    "life_expectancy_0": gettext_lazy("Years left at birth in the life table of the period, of everybody"),
    "life_expectancy_0_men": gettext_lazy("Years left at birth in the life table of the period, of men"),
    "life_expectancy_0_women": gettext_lazy("Years left at birth in the life table of the period, of women"),
    "life_expectancy_60": gettext_lazy("Years left at age 60 in the life table of the period, of everybody"),
    "standardised_death_rate": gettext_lazy(
        "1000 × sum over the age groups of deaths / person-years × share of the group in the WHO world "
        "standard population 2000-2025"
    ),
    "arrivals": gettext_lazy("People who moved into the area"),
    "departures": gettext_lazy("People who moved out of the area"),
    "in_migration_rate": gettext_lazy("1000 × arrivals / person-years"),
    "out_migration_rate": gettext_lazy("1000 × departures / person-years"),
    "net_migration_rate": gettext_lazy("1000 × (arrivals − departures) / person-years"),
    "births_recorded_same_month": gettext_lazy(
        "100 × births recorded in the same calendar month / births, from 3 months after the period on"
    ),
    "births_recorded_next_month": gettext_lazy(
        "100 × births recorded by the end of the next calendar month / births, from 3 months after the "
        "period on"
    ),
    "deaths_recorded_same_month": gettext_lazy(
        "100 × deaths recorded in the same calendar month / deaths, from 3 months after the period on"
    ),
    "deaths_recorded_next_month": gettext_lazy(
        "100 × deaths recorded by the end of the next calendar month / deaths, from 3 months after the "
        "period on"
    ),
    "unknown_share": gettext_lazy("100 × people of unknown age or sex / people"),
}
TOPICS: Final[dict[Topic, str | Promise]] = {
    Topic.POPULATION: gettext_lazy("Population"),
    Topic.STRUCTURE: gettext_lazy("Ages and sexes"),
    Topic.BIRTHS: gettext_lazy("Births"),
    Topic.DEATHS: gettext_lazy("Deaths"),
    Topic.MIGRATION: gettext_lazy("Moves"),
    Topic.RECORDS: gettext_lazy("How records are kept"),
}
_LOWEST: Final[dict[str, str | Promise]] = {
    "village": gettext_lazy("shown down to the village"),
    "township": gettext_lazy("shown for townships and wider areas"),
    "county": gettext_lazy("shown for counties and wider areas"),
}
#: What is agreed on beside formulas: (name, meaning, formula, source).
CONVENTIONS: Final[tuple[tuple[str | Promise, str | Promise, str | Promise, str], ...]] = (
    (
        gettext_lazy("Registered population"),
        gettext_lazy("People whose household registration lies in the area, wherever they live."),
        "",
        "Regulations on Household Registration of the People's Republic of China (1958), articles 6 and 10",
    ),
    (
        gettext_lazy("Resident population"),
        gettext_lazy(
            "People who live in the area: registered there and not away for six months, or from elsewhere "
            "and there for six months."
        ),
        "",
        "National Bureau of Statistics of China, China Statistical Yearbook, explanatory notes",
    ),
    (
        gettext_lazy("Average population"),
        gettext_lazy("Person-years: the days everybody was there, in years. Rates are of it."),
        gettext_lazy("N = Σ days / 365"),
        "Preston, Heuveline and Guillot, Demography (2001), 1.4",
    ),
    (
        gettext_lazy("Month of an event"),
        gettext_lazy("The month in which it happened, whenever it was recorded."),
        "",
        "United Nations, Principles and Recommendations for a Vital Statistics System, Revision 3 (2014)",
    ),
    (
        gettext_lazy("Provisional"),
        gettext_lazy(
            "A month of whose events less than 98% are recorded by now, judged by how late the area's events "
            "were recorded in the past four years."
        ),
        "F(d) = Π 1/f(j),  f(j) = Σ C(j) / Σ C(j−1)",
        "Mack (1993), ASTIN Bulletin 23, 213-225",
    ),
    (
        gettext_lazy("Expected"),
        gettext_lazy(
            "What a provisional month comes to when all is recorded, with the interval of what is to come."
        ),
        "n / F(d)",
        "Lawless (1994), Canadian Journal of Statistics 22, 15-31",
    ),
    (
        gettext_lazy("95% interval"),
        gettext_lazy(
            "Where the figure would lie by chance alone if the same year were lived again. A rise or fall is "
            "told only when the interval of the difference leaves out none, at one level for all comparisons "
            "of a publication together."
        ),
        "0.95^(1/k)",
        "Garwood (1936); Wilson (1927); Zou and Donner (2008); Šidák (1967)",
    ),
    (
        gettext_lazy("Rounded"),
        gettext_lazy(
            "In public editions every count is a multiple of 5 beside the true one, drawn so that the table "
            "adds up and each figure is right on average; the same table is always rounded alike."
        ),
        "",
        "Cox (1987), Journal of the American Statistical Association 82, 520-524",
    ),
    (
        gettext_lazy("Left out"),
        gettext_lazy(
            "What cannot be used (unknown day, place or age) is in no figure; how much it is stands in each "
            "publication. Bulletins and yearbooks tell no births or deaths of a village."
        ),
        "",
        "",
    ),
    (
        gettext_lazy("Restatement"),
        gettext_lazy("Late records change months told before; each bulletin tells the last twelve anew."),
        "",
        "European Statistics Code of Practice (2017), principle 8",
    ),
)
#: Terms in Chinese and English, for both languages of the yearbook.
GLOSSARY: Final = (
    ("户籍人口", "registered population"),
    ("常住人口", "resident population"),
    ("平均人口数", "average population (person-years)"),
    ("出生人数", "births"),
    ("死亡人数", "deaths"),
    ("自然增长", "natural increase"),
    ("出生率（粗出生率）", "crude birth rate"),
    ("死亡率（粗死亡率）", "crude death rate"),
    ("自然增长率", "rate of natural increase"),
    ("出生人口性别比", "sex ratio at birth"),
    ("总和生育率", "total fertility rate"),
    ("年龄别生育率", "age-specific fertility rate"),
    ("平均预期寿命", "life expectancy at birth"),
    ("简略生命表", "abridged life table"),
    ("人口金字塔", "population pyramid"),
    ("少年儿童比重", "share of the young"),
    ("老年人口比重", "share of the old"),
    ("抚养比", "dependency ratio"),
    ("年龄中位数", "median age"),
    ("迁入、迁出", "arrivals, departures"),
    ("净迁移", "net migration"),
    ("95%区间", "95% interval"),
    ("预计数", "expected figure (now-cast)"),
    ("暂定数", "provisional figure"),
    ("数据修订", "restatement"),
    ("受控取整", "controlled rounding"),
    ("小数保护", "protection of small cells"),
    ("统计口径", "basis of a statistic"),
)


def definitions(content: Content) -> Definitions:
    """What a publication tells: its indicators, and what is agreed on."""
    codes = ("births", "deaths", "arrivals", "departures", *rates_of(content.level), *STRUCTURE, *RECORDS)
    # Down to which areas pages show a figure is no matter of a publication.
    short = tuple(_short(INDICATORS[code]) for code in codes)
    return Definitions((*conventions(), *short))


def _short(one: Indicator) -> tuple[str, str, str, str]:
    name, _about, formula, source = term(one)
    return name, str(UNITS[one.unit]), formula, source


def conventions() -> tuple[tuple[str, str, str, str], ...]:
    """What is agreed on beside formulas, in the active language."""
    return tuple((str(name), str(what), str(formula), source) for name, what, formula, source in CONVENTIONS)


def term(one: Indicator) -> tuple[str, str, str, str]:
    """An indicator: its name, unit and lowest area, formula, source."""
    about = _("%(unit)s; %(lowest)s") % {"unit": UNITS[one.unit], "lowest": _LOWEST[one.lowest]}
    if one.births:
        about += _("; never ranked, never a target")
    return _(one.name), about, str(FORMULAS[one.code]), one.source


def chapters() -> tuple[Chapter, ...]:
    """The methods page: every indicator by topic, then what is agreed on."""
    by_topic = tuple(
        Chapter(
            topic.value,
            str(TOPICS[topic]),
            (Definitions(tuple(term(one) for one in INDICATORS.values() if one.topic is topic)),),
        )
        for topic in Topic
    )
    intro = _(
        "Figures of births, natural increase and the sex ratio at birth are statistics of populations. They "
        "are never sorted, ranked, coloured, made a target or an alarm, and areas stand in the order of the "
        "tree."
    )
    return (
        Chapter("rules", _("Rules for all figures"), (Says((intro,)), Definitions(conventions()))),
        *by_topic,
    )
