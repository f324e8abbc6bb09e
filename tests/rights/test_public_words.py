"""Words by which a government binds itself: what may never stand in them, and the honest help that may.

Both lists are texts as officers wrote or would write them. Whoever changes the check adds to both.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.public_words.checking import Why, found

REFUSED = [
    # births as a number to keep below, to reach, or to be judged by
    ("全年出生人口控制在300人以内", Why.BIRTHS),
    ("人口自然增长率不超过5‰", Why.BIRTHS),
    ("政策生育率达到95%，一票否决", Why.BIRTHS),
    ("把全乡出生人数压到200人以下", Why.BIRTHS),
    ("研究降低全县二孩以上出生数量", Why.BIRTHS),
    ("压减出生人口", Why.BIRTHS),
    ("全村出生人数控制在20人以内", Why.BIRTHS),
    ("全年出生不超过二十人", Why.BIRTHS),
    ("出生人口达到400人", Why.BIRTHS),
    ("总和生育率提高到1.5，列入考核", Why.BIRTHS),
    ("多孩率降低到3%以下", Why.BIRTHS),
    ("严格控制人口过快增长", Why.BIRTHS),
    ("三胎以上出生实行一票否决", Why.BIRTHS),
    ("出生登记人数控制在20人以内", Why.BIRTHS),
    ("降低出生人口性别比", Why.BIRTHS),
    # the law has closed it
    ("杜绝计划外生育", Why.BIRTHS),
    ("清理政策外生育", Why.BIRTHS),
    ("长效措施落实率95%", Why.BIRTHS),
    ("每季度组织妇检", Why.BIRTHS),
    ("育龄妇女随访率达到100%", Why.BIRTHS),
    ("落实孕检，一户不漏", Why.BIRTHS),
    ("动员结扎30例", Why.BIRTHS),
    ("完成上环任务", Why.BIRTHS),
    ("征收社会抚养费", Why.BIRTHS),
    ("孕前检查人数不少于500人", Why.BIRTHS),
    ("核对孕妇名单", Why.BIRTHS),
    # written so that it is not found
    ("超　生", Why.BIRTHS),
    ("計劃外生育戶清理", Why.BIRTHS),
    ("出·生·人·口·控·制·在三百人以内", Why.BIRTHS),
    ("出生。人口。压减", Why.BIRTHS),
    ("２孩以上出生人数下降10%", Why.BIRTHS),
    ("叁孩家庭逐户动员", Why.BIRTHS),
    ("妇\u200b检每季一次", Why.BIRTHS),
    # families by their children
    ("动员30户三孩家庭签字", Why.BIRTHS),
    ("对三孩以上家庭不再安排公益岗位", Why.BIRTHS),
    ("不生三孩的家庭，村里优先安排项目", Why.BIRTHS),
    ("只生一个孩子的家庭优先分房", Why.BIRTHS),
    ("对多子女户建立台账，逐户摸底", Why.BIRTHS),
    ("独生子女户优先安排公益岗位", Why.BIRTHS),
    ("多子女家庭取消公租房资格", Why.BIRTHS),
    # help that hangs on conduct
    ("签订参与书的家庭优先办理低保", Why.CONDITION),
    ("凡投诉村委会的家庭，村里不再代办事项", Why.CONDITION),
    ("家庭按时参加体检的，优先发放补贴", Why.CONDITION),
    ("对不配合的家庭停止办理待遇", Why.CONDITION),
    ("王小明家拒不配合，停发补贴", Why.CONDITION),
    ("不签字的户暂缓发放补贴", Why.CONDITION),
    ("只有参加会议的群众才能领取慰问品", Why.CONDITION),
    ("上访的农户取消低保", Why.CONDITION),
    ("补贴发放与家庭诚信积分挂钩", Why.CONDITION),
    ("参与户数达到全村的90%", Why.CONDITION),
    ("給配合的家庭優先辦理", Why.CONDITION),
    ("无论如何，不签字的家庭停发补贴", Why.CONDITION),
    # somebody named, and families blamed
    ("王小明家多生不配合", Why.NAMED),
    ("王芳家生了三个孩子", Why.NAMED),
    ("帮助小花家补办材料", Why.NAMED),
    ("陈家的补贴补发到位", Why.NAMED),
    ("联系电话13800001234", Why.NUMBER),
    ("多数是不配合的多胎户拖了后腿", Why.BLAME),
    ("主要原因是群众不配合", Why.BLAME),
    ("个别农户素质低、无理取闹", Why.BLAME),
    # English
    ("Keep births below 300 this year", Why.BIRTHS),
    ("Reduce the number of third children by 10 %", Why.BIRTHS),
    ("Natural increase must not exceed 5 per thousand", Why.BIRTHS),
    ("Pregnancy checks of all women of childbearing age", Why.BIRTHS),
    ("No out-of-plan births", Why.BIRTHS),
    ("Contraception uptake of 90 %", Why.BIRTHS),
    ("Families who sign the letter are served first", Why.CONDITION),
    ("No longer help families that complain", Why.CONDITION),
    ("Benefits are paid only if the household takes part", Why.CONDITION),
    ("Stop payments to uncooperative families", Why.BLAME),
    ("The Wang family did not hand in the form", Why.NAMED),
]

HONEST = [
    "为新生儿家庭送证上门",
    "免费孕前检查对每个愿意的人开放",
    "三岁以下托位不少于60个",
    "出生登记在10个工作日内办结",
    "育儿补贴按时发放率100%",
    "多子女家庭公租房优先",
    "十日内发放补贴",
    "通报补贴发放进度，公开栏更新",
    "新生儿出生一件事一次办好，5个工作日内办结",
    "新生儿落户办结率不低于95%",
    "生育津贴申领不超过10个工作日",
    "降低生育、养育、教育成本",
    "生育登记不附任何条件，当场办理",
    "二孩、三孩家庭租房补贴按时发放",
    "三个孩子以上的家庭凭户口簿享受托育减免",
    "孕产妇建档服务预约方便，自愿参加",
    "产后访视由本人自愿预约，上门服务",
    "医院设母婴室，孕妇优先窗口",
    "独生子女父母奖励金按月发放",
    "计划生育特殊家庭绿色通道不少于2家医院",
    "政策内报销比例按规定公布",
    "不增加计划外支出，计划内项目按期完成",
    "不论是否签字，补贴都按时发放",
    "参与与否不影响任何待遇",
    "不因投诉停发任何补贴",
    "投诉10个工作日内答复，不再推诿",
    "补贴发放不与签字挂钩",
    "村干部不配合督查的，取消评优资格",
    "未按期发放补贴的单位，扣减绩效",
    "签约家庭医生为老人优先上门",
    "参加居民医保的困难群众，个人缴费部分给予补助",
    "免费体检对所有老人开放，优先安排行动不便的",
    "大家都可以到村委会领取补贴明细",
    "国家标准公布上墙，请专家讲解",
    "王家湾村道路硬化三公里",
    "为老人家送餐上门",
    "走进千家万户宣传育儿补贴政策",
    "由于经费晚到，发放晚了三天，已补发",
    "年度核对，三笔重复计入，已更正（示例）",
    "抽查发现与发放记录不符，按记录更正（示例）",
    "经办人员录入错误，按原始凭证更正",
    "本单位人手不足，已增配两人",
    "应在30日内补齐缺失的凭证并公开",
    "60岁以上老人助餐点不少于3个",
    "常住人口5000以上的村设卫生室",
    "全体工作人员参加政策培训",
    "请说明这笔补贴为什么晚发",
    "妇女小额贴息贷款由本人自愿申请",
    "残疾儿童康复救助申请5个工作日内办结",
    "12345热线办件按时答复率不低于98%",
    "Register births within 10 working days",
    "Birth registration is finished within ten working days",
    "Allowances are paid on time to every family",
    "Free check-ups are open to everybody who wants them",
    "Sixty nursery places for children under three",
    "Families with several children come first for public housing",
    "Whether or not a family signs, its benefits are paid",
    "Complaints are answered within 15 working days",
    "The office pays late sums within five days and says why",
    "Every household receives the signed letter of its village",
]


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[text for text, _why in REFUSED])
def test_what_presses_a_family_never_stands(text: str, why: Why) -> None:
    assert why in {one.why for one in found(text)}


@pytest.mark.parametrize("text", HONEST)
def test_honest_help_may_be_promised(text: str) -> None:
    assert found(text) == []


@given(st.sampled_from([text for text, _why in REFUSED]), st.sampled_from(HONEST))
def test_honest_words_around_hide_nothing(text: str, honest: str) -> None:
    """Whatever stands beside it, in the same text, what was refused is refused."""
    assert found(f"{honest}。{text}。{honest}")


@given(
    st.sampled_from([text for text, _why in REFUSED]), st.sampled_from([" ", "·", "\u3000", "*", "\u200b"])
)
def test_gaps_inside_words_hide_nothing(text: str, gap: str) -> None:
    if not text.isascii() and not any(one.isdigit() for one in text):
        assert found(gap.join(text))


def test_it_says_which_words() -> None:
    (one,) = [one for one in found("全村出生人数控制在20人以内") if one.why is Why.BIRTHS]
    assert one.words and all(word in "全村出生人数控制在20人以内" for word in one.words)


def test_names_of_residents_are_found_through_gaps() -> None:
    assert [one.why for one in found("王 大山补办材料", names=["王大山", "王"])] == [Why.NAMED]
    assert found("补办材料", names=["王大山"]) == []
