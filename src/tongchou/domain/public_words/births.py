"""Births and bodies in a text: what present law has closed, numbers as a duty, families by their children.

What helps whoever asks is no such thing: registering a birth, paying an allowance, offering a check to
everybody who wants it. Such words are left out (``HELP``) before anything is looked for.
"""

from __future__ import annotations

import re
from typing import Final

_NO_NUMBER: Final = r"(?!人数|人口|数|总?量|率|户数|指标|名额|计划)"
#: Services and allowances with a word of births in their names, and honest uses of closed words.
HELP: Final = re.compile(
    rf"出生(?:医学)?(?:登记|证明|一件事|缺陷(?:综合)?(?:防治|预防|筛查|干预)|日期|年月|地|证){_NO_NUMBER}"
    r"|新生儿(?:出生)?(?:一件事|家庭|落户|登记|入户|参保|医保|疾病筛查|听力筛查|访视|护理|服务|上门)"
    r"(?!人数|数|总?量|率(?!先))"
    r"|生育(?:津贴|保险|补贴|支持|友好|登记|服务|成本|负担|医疗费用?|费用|奖励假|假期?|关怀|咨询|"
    r"健康|保障|待遇)"
    rf"{_NO_NUMBER}"
    r"|生育、?养育、?教育(?:的)?(?:成本|负担|费用)"
    r"|计划生育(?:家庭)?(?:特殊家庭|奖励扶助金?|特别扶助金?|协会|特扶|奖扶)"
    r"|独生子女(?:父母)?(?:奖励金?|奖励费|伤残|死亡|护理假)"
    r"|(?:政策|计划)(?:范围)?[内外](?=(?:门诊|住院|医疗)?(?:报销|医疗|费用|支出|资金|项目|用款|采购|"
    r"完成|时间|工作日))"
    r"|(?:不|不得|不再|严禁|禁止|杜绝|从不|决不|绝不|不以任何名义)(?:向家庭|向群众)?(?:征收|收取|"
    r"收)(?:任何)?社会抚养费"
)
#: Never said, whatever stands around it.
CLOSED: Final = re.compile(
    "|".join(
        (
            "避孕|节育|上环|放环|取环|查环|环检|环孕|皮埋|安全套|宫内节育|带环|避环",
            "结扎|绝育|扎管|引产|堕胎|人工流产|人流手术|流产|终止妊娠|四术|刮宫|补救措施",
            "长效措施|落实(?:计生|生育|节育|避孕|妇女|夫妻)?(?:长效)?措施(?:率|人数|户)",
            "孕检|孕情|妇检|查孕|孕次|孕期监测|育妇|育龄(?!假)|已婚妇女|生育对象|双查|三查(?=率|"
            "对象|妇女)|四查",
            "政策[内外]|计划[内外]|违法生|违规生|违反政策|不符合政策|不符合生育|符合政策|符合生育",
            "超生|抢生|偷生|躲生|多生|乱生|少生|非婚生|未婚先孕|未婚生|早婚|早育|晚婚|晚育|黑户|超怀",
            "社会抚养费|(?:征|收|缴|追)(?:收|缴|取)?抚养费",
            "准生|生育证|生育指标|生育许可|生育审批|生育名额|再生育|[一二三]孩证|婚育证|计生证|一胎化|只生一",
            "独女户|双女户|二女户|纯女户|女孩户|无男孩|男孩偏好户",
            "(?:人口)?自然增长率?|自增率|出生率|生育率|政策生育|计生率|孩次|人口增长率|性别比|出生统计符合",
            "药具|有奖举报|举报奖励|重点管理对象|重点管理人|重点管理户|计生|计划生育",
        )
    )
)
_COUNTS: Final = (
    "(?:(?:出生|生育|新生儿?|二孩|三孩|多孩|二胎|三胎|多胎|一孩|孩子|子女|婴儿|怀孕|孕妇|孕产妇|"
    "产妇|生孩子|生娃|"
    "新增人口|人口总|人口规|总人口)(?:以上|及以上)?(?:的)?"
    "(?:人口|人数|总数|数量|数|总量|比例|比重|占比|水平|量|模|率|家庭数|户数|规模|任务|指标|名额)?)"
)
_LESS: Final = (
    "控制|调控|严控|管控|压减|压缩|压降|压到|压至|压低|压下|降低|降到|降至|下降|减少|减到|减至|减下|"
    "遏制|抑制|限制|限额|"
    "限定|不超过|不超|不得超|不高于|不多于|以内|以下|低于|少于|小于|零增长|负增长|清零|为零|杜绝|"
    "严防|严禁|禁止|不准|"
    "不许|不得生|防止|堵住|把关|否决"
)
_MORE: Final = (
    "达到|不低于|不少于|提高到|提高|提升|上升|增加|增长|完成|任务|指标|目标|考核|排名|排序|评比|"
    "通报批评|扣分|加分|奖惩|超过"
)
#: A number of births as something to be reached, kept below, or judged by: either way.
NUMBERS: Final = re.compile(
    f"{_COUNTS}[^。]{{0,12}}?(?:{_LESS})|(?:{_LESS}|超过)[^。]{{0,14}}?{_COUNTS}"
    "|(?:出生人|生育人|新生儿人|出生数|生育数|生育水平|新生儿数|二孩|三孩|多孩|二胎|三胎|怀孕|"
    "孕妇人|孕产妇人|孕妇数|产妇数)"
    f"[^。]{{0,12}}?(?:{_MORE})"
    f"|(?:{_MORE})[^。]{{0,8}}?(?:出生人|生育人|新生儿人|出生数|生育数|生育水平|新生儿数|三孩|多孩|三胎)"
    "|控制(?:[^。]{0,6})人口|人口(?:总量|规模|数量|增长|过快增长)?(?:的)?(?:控制|压减|压缩|遏制)|"
    "控(?:出生|生育|人口)"
    "|(?:孕前|产前|孕产|产后)[^。]{0,8}(?:率|人数|人次|任务|指标|必须|应当参加|一律|统一组织|全员|覆盖)"
)
#: Families or women picked by children or pregnancy, without any help in it.
PICKED: Final = re.compile(
    "[二三四五六七八九多][孩胎](?!次)|(?:[二三四五六七八九]|多)个(?:孩子|小孩|娃|子女)|多子女|孩子多|多子户"
    "|怀孕|有孕|孕妇|孕产妇|产妇|怀上|待产|临产|大肚子|育婴户|生孩子|生娃|又生"
)
#: What is done *for* somebody: with it a family with children, or whoever expects one, may be spoken of.
FOR: Final = re.compile(
    "优先|补贴|补助|津贴|发放|减免|减半|免费|自愿|愿意|公租房|保障房|托位|托育|入园|入学|学位|服务|"
    "上门|优惠|支持|照顾|"
    "帮扶|慰问|救助|咨询|预约|绿色通道|报销|便利|无障碍|母婴室|协助|帮助|提供|方便|随到随办|开放|"
    "兑现|补发|到账|领取"
)
#: What turns help into a punishment, a campaign or a list.
AGAINST: Final = re.compile(
    "不再|不予|不给|不得|不准|不许|取消|停止|停发|停办|暂停|暂缓|扣发|扣减|罚|处理|追责|处分|不安排|"
    "除外|不含|限制|控制|压减|"
    "减少|降低|动员|劝|说服|签字|签订|名单|台账|摸底|排查|摸排|跟踪|监控|盯|督促|上报|清查|曝光|"
    "通报|教育转化|做工作|否决"
)
#: Help for having fewer: of the only child, of whoever had none.
FEWER: Final = re.compile(
    "(?:不生|没生|未生|不再生|不要|没有|放弃生?|自愿不生|少)(?:育)?(?:第)?[二三四多两](?:孩|胎|个)"
    "|(?:只|仅|就)(?:生|有|要|生育)(?:了)?(?:一|1)(?:个|孩|胎)|(?:一孩|单孩|独生子女|独生|无孩|丁克|"
    "两个以下|二孩以内|二孩以下|一孩以下)"
    "[^。]{0,12}(?:优先|加分|奖|优惠|照顾|先办|多发)|孩子(?:越)?少的|子女(?:较|越)?少的|"
    "[一二两三]个(?:孩子)?(?:以下|以内)的"
    "|(?:按|依)(?:照)?(?:孩子|子女)(?:数|多少)[^。]{0,8}(?:扣|减|排后|收)|不(?:愿|想|"
    "打算)?(?:再)?(?:生育|生孩子)的"
)

_EN_BIRTH: Final = (
    r"(?:births?(?! (?:registration|certificate|defect|registr))|newborns?|babies|fertility|"
    r"pregnan\w+|parity|"
    r"(?:second|third|fourth) child\w*|(?:two|three|four|2|3|4)[- ]child\w*|children per|child-?bearing)"
)
_EN_LESS: Final = (
    r"(?:limit\w*|cap(?:ped|s)?|reduc\w+|cut(?:s|ting)?|lower\w*|no more than|at most|below|under|"
    r"fewer|less than|"
    r"quotas?|control\w*|prevent\w*|stop\w*|veto\w*|fine[ds]?|penal\w*|punish\w*|target\w*|rank\w*|"
    r"discourag\w*|"
    r"within \d+ births|not exceed\w*|exceed\w*|at least|reach\w*|score[ds]?|persuad\w+|"
    r"mobili[sz]e\w*|list of)"
)
ENGLISH: Final = re.compile(
    r"\b(?:contracepti\w+|sterili[sz]ation\w*|vasectom\w+|tubal ligation|abortions?|iuds?|birth "
    r"(?:quota|permit|control|"
    r"limit|polic)\w*|(?:un|out[- ]of[- ]|outside[- ](?:the )?)plan(?:ned)?[- ](?:births?|children|"
    r"pregnanc\w+)|"
    r"family planning|natural increase|birth rates?|fertility rates?|(?<!pre-)pregnancy (?:tests?|checks?|"
    r"inspections?)|"
    r"women (?:of|in) (?:childbearing|child-bearing|reproductive)[- ]age|excess births?|illegal births?|"
    r"gyn(?:a)?ecological (?:checks?|inspections?)|social maintenance fees?|sex ratio at birth)\b"
    rf"|\b{_EN_BIRTH}\b[^.]{{0,40}}\b{_EN_LESS}|\b{_EN_LESS}[^.]{{0,40}}\b{_EN_BIRTH}\b"
    r"|\bfamilies (?:with|who have|that have) (?:one|only one|fewer|no) (?:child|"
    r"children)\b[^.]{0,40}\b(?:first|priority|bonus)"
    r"|\b(?:no longer|not|never|nothing)\b[^.]{0,40}\bfamilies with (?:three|four|many|several|"
    r"more) children\b"
    r"|\bfamilies with (?:three|four|many|several|more)[^.]{0,12}children\b[^.]{0,30}\b(?:no longer|"
    r"not|lose|last|excluded)\b"
)
EN_HELP: Final = re.compile(
    r"\b(?:birth registrations?|birth certificates?|registration of births?|register(?:ing|ed)? "
    r"(?:a |the )?births?|"
    r"(?:families|homes|parents) (?:with|of) (?:a )?newborns?|newborn (?:screening|registration|"
    r"services?))\b"
    r"(?! (?:quota|limit|target|number))"
)
