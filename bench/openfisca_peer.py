"""The four programmes for openfisca-core: as its country template writes them, and in closed form.

The template's idiom: dates of birth, enumerations, one small monthly variable for each notion, yearly sums by
``ADD``. The closed form is one yearly formula for each programme on plain numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERSON = build_entity(key="person", plural="persons", label="Person", is_person=True)
PARAMETERS = {
    "childcare": {
        "monthly": {"values": {"2025-01-01": {"value": 300}}},
        "years": {"values": {"2025-01-01": {"value": 3}}},
    },
    "reward": {
        "yearly": {
            "values": {
                "2004-01-01": {"value": 600},
                "2009-01-01": {"value": 720},
                "2012-01-01": {"value": 960},
            }
        },
        "age": {"values": {"2004-01-01": {"value": 60}}},
        "earliest": {"values": {"2004-01-01": {"value": 1933}}},
        "transition": {"values": {"2004-01-01": {"value": 3}}},
    },
    "special": {
        "monthly": {"values": {"2018-01-01": {"value": 450}, "2022-07-01": {"value": 590}}},
        "age": {"values": {"2018-01-01": {"value": 49}}},
    },
}
FLAGS = ("deceased", "chinese_national", "has_spouse")
NUMBERS = (
    "birth_year", "birth_month", "death_year", "living_sons", "living_daughters", "children_ever", "sex",
    "spouse_birth_year",
)  # fmt: skip
RESULTS = ("childcare_subsidy", "elderly_reward", "bereaved_assistance", "transition")
STATUS_FLAGS = ("determined_rural", "converted", "urban_pension", "urban_medical")
STATUS_NUMBERS = ("converted_year", "urban_pension_year", "urban_medical_year")


class HukouKind(Enum):
    agricultural = "Agricultural"
    non_agricultural = "Non-agricultural"
    unified = "Unified"


def _input(name: str, kind: type) -> type[Variable]:
    body = {"value_type": kind, "entity": PERSON, "definition_period": DateUnit.ETERNITY, "label": name}
    if kind is Enum:
        body |= {"possible_values": HukouKind, "default_value": HukouKind.agricultural}
    return type(name, (Variable,), body)


def _formula(name: str, kind: type, period: DateUnit, formula: Callable[..., Any]) -> type[Variable]:
    body = {
        "value_type": kind,
        "entity": PERSON,
        "definition_period": period,
        "label": name,
        "formula": formula,
    }
    return type(name, (Variable,), body)


# ── the template's idiom: one notion, one monthly variable ──


def birth_year(person: Any, period: Any, parameters: Any) -> Any:
    return person("birth", period).astype("datetime64[Y]").astype(int) + 1970


def age(person: Any, period: Any, parameters: Any) -> Any:
    """As in the country template: completed years on the first day of the month."""
    birth = person("birth", period)
    year = birth.astype("datetime64[Y]").astype(int) + 1970
    month = birth.astype("datetime64[M]").astype(int) % 12 + 1
    day = (birth - birth.astype("datetime64[M]") + 1).astype(int)
    start = period.start
    past = (month < start.month) + (month == start.month) * (day <= start.day)
    return (start.year - year) - np.where(past, 0, 1)


def alive_month(person: Any, period: Any, parameters: Any) -> Any:
    return np.logical_not(person("deceased", period)) + (person("death_year", period) >= period.start.year)


def last_transition_year(prefix: str) -> Callable[..., Any]:
    def formula(person: Any, period: Any, parameters: Any) -> Any:
        begun = [
            person(f"{prefix}{name}_year", period) for name in ("converted", "urban_pension", "urban_medical")
        ]
        return np.maximum.reduce(begun) + parameters(period).reward.transition

    return formula


def in_transition(prefix: str) -> Callable[..., Any]:
    def formula(person: Any, period: Any, parameters: Any) -> Any:
        enjoyed = person(f"{prefix}urban_pension", period) * person(f"{prefix}urban_medical", period)
        passed = period.start.year > person(f"{prefix}last_transition_year", period)
        return person(f"{prefix}converted", period) * np.logical_not(enjoyed * passed)

    return formula


def rural_month(prefix: str) -> Callable[..., Any]:
    def formula(person: Any, period: Any, parameters: Any) -> Any:
        kind = person(f"{prefix}hukou_kind", period)
        determined = (kind == HukouKind.unified) * person(f"{prefix}determined_rural", period)
        return (kind == HukouKind.agricultural) + determined + person(f"{prefix}in_transition", period)

    return formula


def family_month(person: Any, period: Any, parameters: Any) -> Any:
    sons, daughters = person("living_sons", period), person("living_daughters", period)
    gone = (sons + daughters == 0) * (person("children_ever", period) >= 1)
    return (sons + daughters == 1) + (sons == 0) * (daughters == 2) + gone


def childcare_month(person: Any, period: Any, parameters: Any) -> Any:
    rule = parameters(period).childcare
    born, year = person("birth_year", period), period.start.year
    before = (born < 2025) * (person("age", period) < rule.years)
    after = (born >= 2025) * (born <= year) * (year < born + rule.years)
    return (before + after) * person("alive", period) * person("chinese_national", period) * rule.monthly


def reward_month(person: Any, period: Any, parameters: Any) -> Any:
    rule = parameters(period).reward
    born = person("birth_year", period)
    aged = (born >= rule.earliest) * (period.start.year - born >= rule.age)
    spouse = np.logical_not(person("has_spouse", period)) + person("spouse_rural", period)
    rural = person("rural", period) * spouse
    return aged * person("alive", period) * rural * person("family", period) * rule.yearly / 12


def none_left_month(person: Any, period: Any, parameters: Any) -> Any:
    living = person("living_sons", period) + person("living_daughters", period)
    return (living == 0) * (person("children_ever", period) >= 1)


def counted_year(person: Any, period: Any, parameters: Any) -> Any:
    husband = (person("sex", period) != 2) * person("has_spouse", period)
    return np.where(husband, person("spouse_birth_year", period), person("birth_year", period))


def bereaved_month(person: Any, period: Any, parameters: Any) -> Any:
    rule = parameters(period).special
    aged = (person("birth_year", period) >= parameters(period).reward.earliest) * (
        period.start.year - person("counted_year", period) >= rule.age
    )
    return aged * person("alive", period) * person("none_left", period) * rule.monthly


def transition_year(person: Any, period: Any, parameters: Any) -> Any:
    """The transition resolver's own answer: rural rules, as at the beginning of the year."""
    return person("rural", period.first_month)


def _year_of(name: str) -> Callable[..., Any]:
    def formula(person: Any, period: Any, parameters: Any) -> Any:
        from openfisca_core.populations import ADD

        return person(name, period, options=[ADD])

    return formula


# ── closed form: one yearly formula a programme ──


def alive(person: Any, period: Any) -> Any:
    return ~person("deceased", period) | (person("death_year", period) >= period.start.year)


def rural(person: Any, period: Any, parameters: Any, prefix: str) -> Any:
    kind = person(f"{prefix}hukou_kind", period)
    pension, medical = (
        person(f"{prefix}urban_pension_year", period),
        person(f"{prefix}urban_medical_year", period),
    )
    last = np.maximum(np.maximum(pension, medical), person(f"{prefix}converted_year", period))
    enjoyed = person(f"{prefix}urban_pension", period) & person(f"{prefix}urban_medical", period)
    transition = ~enjoyed | (period.start.year <= last + parameters(period).reward.transition)
    determined = (kind == 2) & person(f"{prefix}determined_rural", period)
    return (kind == 0) | determined | (person(f"{prefix}converted", period) & transition)


def childcare_year(person: Any, period: Any, parameters: Any) -> Any:
    rule = parameters(period).childcare
    born, year = person("birth_year", period), period.start.year
    part = (born + rule.years == year) * (born < 2025) * person("birth_month", period)
    months = np.where((born <= year) & (born + rule.years > year), 12, part)
    return months * rule.monthly * (alive(person, period) & person("chinese_national", period))


def reward_year(person: Any, period: Any, parameters: Any) -> Any:
    rule = parameters(period).reward
    born = person("birth_year", period)
    aged = (born >= rule.earliest) & (born + rule.age <= period.start.year)
    spouse = ~person("has_spouse", period) | rural(person, period, parameters, "spouse_")
    own = person("transition", period)
    return (
        aged & alive(person, period) & own & spouse & family_month(person, period, parameters)
    ) * rule.yearly


def own_rural_year(person: Any, period: Any, parameters: Any) -> Any:
    return rural(person, period, parameters, "")


def bereaved_year(person: Any, period: Any, parameters: Any) -> Any:
    rule, born = parameters(period).special, person("birth_year", period)
    aged = (born >= parameters(period).reward.earliest) & (
        counted_year(person, period, parameters) + rule.age <= period.start.year
    )
    family = none_left_month(person, period, parameters)
    return (aged & alive(person, period) & family) * (12 * rule.monthly)


def system(*, monthly: bool) -> TaxBenefitSystem:
    built = TaxBenefitSystem([PERSON])
    built.parameters = ParameterNode("", data=PARAMETERS)
    numbers = [name for name in NUMBERS if not (monthly and name in ("birth_year", "birth_month"))]
    inputs: dict[str, type] = dict.fromkeys(FLAGS, bool) | dict.fromkeys(numbers, int)
    for prefix in ("", "spouse_"):
        inputs |= {prefix + name: bool for name in STATUS_FLAGS} | {
            prefix + name: int for name in STATUS_NUMBERS
        }
        inputs[f"{prefix}hukou_kind"] = Enum if monthly else int
    if monthly:
        inputs["birth"] = dt.date
    for name, kind in inputs.items():
        built.add_variable(_input(name, kind))
    for variable in _monthly() if monthly else _yearly():
        built.add_variable(variable)
    return built


def _monthly() -> list[type[Variable]]:
    month, year = DateUnit.MONTH, DateUnit.YEAR
    made = [
        _formula("birth_year", int, month, birth_year),
        _formula("age", int, month, age),
        _formula("alive", bool, month, alive_month),
        _formula("family", bool, month, family_month),
        _formula("childcare_subsidy_month", float, month, childcare_month),
        _formula("elderly_reward_month", float, month, reward_month),
        _formula("none_left", bool, month, none_left_month),
        _formula("counted_year", int, month, counted_year),
        _formula("bereaved_assistance_month", float, month, bereaved_month),
        _formula("bereaved_assistance", float, year, _year_of("bereaved_assistance_month")),
        _formula("transition", bool, year, transition_year),
        _formula("childcare_subsidy", float, year, _year_of("childcare_subsidy_month")),
        _formula("elderly_reward", float, year, _year_of("elderly_reward_month")),
    ]
    for prefix in ("", "spouse_"):
        made += [
            _formula(f"{prefix}last_transition_year", int, month, last_transition_year(prefix)),
            _formula(f"{prefix}in_transition", bool, month, in_transition(prefix)),
            _formula(f"{prefix}rural", bool, month, rural_month(prefix)),
        ]
    return made


def _yearly() -> list[type[Variable]]:
    year = DateUnit.YEAR
    return [
        _formula("childcare_subsidy", float, year, childcare_year),
        _formula("elderly_reward", float, year, reward_year),
        _formula("bereaved_assistance", float, year, bereaved_year),
        _formula("transition", bool, year, own_rural_year),
    ]


def prepared(facts: dict[str, np.ndarray], year: int, *, monthly: bool) -> Callable[[], list[np.ndarray]]:
    """A fresh simulation with its inputs set; calling it calculates the four programmes."""
    built = system(monthly=monthly)
    simulation = SimulationBuilder().build_default_simulation(built, len(facts["person_id"]))
    given = dict(facts)
    if monthly:
        given.pop("birth_year")
        months = (facts["birth_year"] - 1970) * 12 + facts["birth_month"] - 1
        # Never the first of a month: a part of a month counts whole, and the template asks on the first.
        given["birth"] = months.astype("datetime64[M]").astype("datetime64[D]") + 14
        for name in ("hukou_kind", "spouse_hukou_kind"):
            given[name] = HukouKind.encode(np.array([kind.name for kind in HukouKind])[facts[name]])
    for name in built.variables:
        if name in given:
            simulation.set_input(name, DateUnit.ETERNITY, given[name])
    return lambda: [simulation.calculate(name, str(year)) for name in RESULTS]


def results(facts: dict[str, np.ndarray], year: int, *, monthly: bool) -> list[np.ndarray]:
    """Three amounts in fen, and whether rural rules apply."""
    *money, transition = prepared(facts, year, monthly=monthly)()
    return [*(np.rint(amount * 100).astype(np.int64) for amount in money), transition]
