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
POPULATION_LAW_32 = Citation(POPULATION_LAW_31.law, article=Text("第三十二条", "Art. 32"))
SUPPORT_AMOUNTS_2022 = Citation(
    Text(
        "关于调整计划生育家庭特别扶助制度扶助标准的通知（2022年）",
        "Notice on the amounts of special assistance (2022)",
    )
)
PENSION_OPINIONS = Citation(
    Text(
        "关于建立统一的城乡居民基本养老保险制度的意见",
        "Opinions on a unified pension insurance for urban and rural residents",
    ),
    "国发〔2014〕8号",
)
SCHOOL_FUNDS = Citation(
    Text("城乡义务教育补助经费管理办法", "Measures on the funds for compulsory education"),
    "财教〔2021〕56号",
)
SCHOOL_GRANTS = Citation(
    Text("学生资助资金管理办法", "Measures on the funds for student support"), "财教〔2021〕310号"
)
PUBLIC_HEALTH = Citation(
    Text("国家基本公共卫生服务规范（第三版）", "National Norms of Basic Public Health Services, 3rd edition"),
    "国卫基层发〔2017〕13号",
    Text("0～6岁儿童健康管理服务规范", "children aged 0 to 6"),
)


def childcare_rules(zh: str, en: str) -> Citation:
    """The management rules of the childcare subsidy with an article, such as ``("第五条", "Art. 5")``."""
    return Citation(_CHILDCARE_RULES, "国卫办人口发〔2025〕24号", Text(zh, en))
