"""The acts the national programmes rest on."""

from __future__ import annotations

from tongchou.domain.policy.words import Citation, Text

CHILDCARE_PLAN = Citation(
    Text("育儿补贴制度实施方案", "Implementation Plan of the Childcare Subsidy"), "厅字〔2025〕15号"
)
_CHILDCARE_RULES = Text("育儿补贴制度管理规范（试行）", "Management Rules of the Childcare Subsidy (trial)")
REWARD_PILOT = Citation(
    Text(
        "关于开展对农村部分计划生育家庭实行奖励扶助制度试点工作的意见",
        "Opinions on piloting the reward for some rural families of the family-planning period",
    ),
    "国办发〔2004〕21号",
)
REWARD_RULES = Citation(
    Text(
        "计划生育家庭扶助制度管理规范",
        "Management Rules of Support for Families of the Family-Planning Period",
    ),
    "国卫办人口发〔2023〕15号",
)
POPULATION_LAW_31 = Citation(
    Text("中华人民共和国人口与计划生育法", "Population and Family Planning Law (2021)"),
    article=Text("第三十一条", "Art. 31"),
)


def childcare_rules(zh: str, en: str) -> Citation:
    """The management rules of the childcare subsidy with an article, such as ``("第五条", "Art. 5")``."""
    return Citation(_CHILDCARE_RULES, "国卫办人口发〔2025〕24号", Text(zh, en))
