"""Help that hangs on what a family does, and blame of families."""

from __future__ import annotations

import re
from typing import Final

#: What families do or leave undone that no help may hang on.
_DOES: Final = (
    "签订|签字|签名|签约|签署|签了|签承诺|签协议|按手印|参与|参加|配合|支持|服从|听从|听话|投诉|"
    "上访|信访|举报|告状|反映|"
    "检举|闹事|体检|检查|查体|访视|随访|培训|开会|会议|诚信|积分|打分|评分|卫生评比|星级|达标|拒绝|"
    "拒不|不愿|退出|表态|"
    "承诺不|交费|缴费|捐款|出工|投工|入会|遵守|履行承诺|履约|守约|违约|失信"
)
_THEN: Final = (
    "优先|才能|才可|才予|才给|才办|才发|方可|方能|方予|可优先|停发|停办|停止|停掉|暂停|暂缓|缓发|"
    "缓办|取消|不再|不予|不给|不办|"
    "不发|不得享|不能享|不享受|不安排|不代办|扣发|扣减|扣除|减发|降低标准|加分|减分|先办|先发|靠后|"
    "往后排|排在后|后办|不评|"
    "挂钩|奖励|额外|多发|享受"
)
_WHO: Final = "家庭|农户|住户|户|群众|村民|居民|妇女|父母|家长|夫妻|夫妇|人家|对象|人员|老人|人|家"
_FAMILY: Final = re.compile(
    "家庭|农户|住户|户|群众|村民|居民|妇女|父母|家长|夫妻|夫妇|人家|家里|家拒|家不|享受|补贴|待遇|"
    "低保|救助|津贴|补助|公益岗|代办|"
    "优惠|奖扶|公租房|入学|分红|福利|盖章|慰问|证明|发放|办理"
)
#: Officials and units answer for what they do: that is no condition for a family.
OFFICIAL: Final = re.compile(
    "(?:村干部|镇干部|乡干部|干部|单位|部门|站所|工作人员|经办人员?|负责人|责任人|第一书记|网格员|"
    "村委会成员|班子)"
    "(?:[^，。]{0,4}(?:不|拒不|未|没有)[^，。]{0,8})(?:的)?，?(?:一律)?(?:取消|不得|不予|扣|停|"
    "暂停)[^，。]{0,4}"
    "(?:评优|评先|资格|绩效|提拔|晋升|先进|奖金)"
)
#: That nothing hangs on it, and insurance or a doctor that somebody signs up with.
NO_CONDITION: Final = re.compile(
    "(?:不论|无论|不管)(?:家庭|是谁|群众|村民)?(?:是否|有没有|有无)[^，。；]{0,16}|(?:参与|签字|"
    "签订|签|参加|投诉|配合)与否"
    "|(?:签不签|签没签|参不参加|参不参与|投不投诉|配不配合)[^，。；]{0,6}"
    "|(?:不因|不得因|决不因|绝不因|不会因|从不因|不以|不得以|不能以|决不以|绝不以)[^。；]{0,24}?(?:而)?"
    "(?:停发|停办|停止|取消|扣减|扣发|不再|不予|影响|区别对待|为前提|为条件|为由|作为条件|"
    "作为前提)[^，。；]{0,8}"
    "|(?:签约)?家庭医生(?:签约)?|参加[^，。]{0,6}(?:医保|保险|居保)|(?:不|不得|不与|不和)[^，。]{0,12}挂钩"
    "|(?:投诉|举报|反映)[^，。]{0,10}(?:答复|办结|受理|渠道|电话|保密|回复)|(?:没有|不设|"
    "不附)(?:任何)?(?:前提|条件)"
)
CONDITION: Final = re.compile(
    f"(?:{_DOES})[^。]{{0,8}}?(?:的|者|了|后)(?:{_WHO})?[^。]{{0,14}}?(?:{_THEN})"
    f"|(?:拒不|不|未|没有?|拒绝|不肯|不愿|不按时|未按时|不按规定)(?:按时|及时|主动|"
    f"积极)?(?:{_DOES})[^。]{{0,14}}?(?:{_THEN}|罚)"
    f"|(?:凡是?|如果?|若|只要|必须|须|应当?|需|先|只有|要想)[^。]{{0,12}}?(?:{_DOES})[^。]{{0,14}}?"
    "(?:才|方可|方能|否则|不予|不再|停|取消|优先|可享受|可领取|可以领|可以享)"
    f"|(?:优先|享受|领取|办理|发放)[^。]{{0,16}}?(?:以|须|需|必须|应先|要先|前提是|"
    f"条件是)[^。]{{0,8}}?(?:{_DOES})"
    f"|(?:以|按)[^。]{{0,12}}?(?:{_DOES})[^。]{{0,8}}?(?:为前提|为条件|为依据|情况发放|情况确定|高低)"
    f"|(?:对|给|为|向)(?:{_DOES})(?:的)?(?:家庭|农户|户|群众|村民|居民|妇女)[^。]{{0,10}}?(?:{_THEN})"
    f"|(?:优先|停发|取消|停止|暂停|扣减)[^。]{{0,10}}?(?:给|为|照顾|安排)?(?:不|未|已|没有?|拒不|"
    f"拒绝)?(?:{_DOES})(?:的)?"
    "(?:家庭|农户|户|群众|村民|居民|妇女)"
    "|(?:补贴|待遇|低保|救助|津贴|补助|优惠|福利|分红|入学|公租房)[^。]{0,10}挂钩|"
    "挂钩[^。]{0,8}(?:补贴|待遇|低保|救助|福利)"
    "|方可享受|才能享受|否则不予|不予办理|一律停|扣除补贴|取消(?:其)?(?:享受)?资格"
    "|(?:对|向|给)[^。]{0,12}(?:家庭|农户|户|群众|村民|居民|妇女)[^。]{0,8}(?:罚|收取|收费|处罚|"
    "处理|通报|曝光|约谈|批评教育)"
    "|(?:家庭|农户|户|群众|村民|居民|妇女)[^。]{0,12}(?:罚款|处罚|押金|保证金)|违反(?:村规民约|"
    "承诺)[^。]{0,12}(?:罚|取消|停|扣)"
    "|连坐|株连|黑名单|家庭(?:诚信|信用)?(?:积分|评分|打分)|(?:动员|劝说?|督促|"
    "组织)[^。]{0,12}(?:家庭|户|群众|村民|妇女)[^。]{0,6}"
    "(?:签字|签订|签约|签名|签承诺|签署|不生|体检)|(?:签字|签订|签约|签名|参与)(?:率|户数|人数|"
    "户)[^。]{0,8}"
    "(?:达到|不低于|不少于|完成|排名|考核|100|百分)"
)
#: The same where no family is spoken of: who else would have to sign?
ALWAYS: Final = re.compile(
    f"(?:{_DOES})[^。]{{0,8}}?(?:为|作为|的)?前提|方可享受|才能享受|否则不予|一律停|扣除补贴"
)
BLAME: Final = re.compile(
    "(?:不配合|拒不配合|不支持|不听话|不听劝|不愿意?配合|顽固|拒签|不签字?|难缠|思想落后|觉悟低|"
    "素质低|无理取闹|闹访|缠访)"
    "(?:工作)?(?:的)?[^。，]{0,6}(?:家庭|农户|户|群众|村民|居民|妇女|人家|对象)"
    "|(?:家庭|农户|群众|村民|居民|妇女|户|[一-龥]家)[^。]{0,8}(?:不配合|拒不配合|不支持|拒签|素质低|"
    "觉悟低|思想落后|无理取闹|缠访|"
    "闹访|拖[^。]{0,4}后腿|多生)"
    "|多[孩胎]户|钉子户|难缠户|落后户|懒汉户|刁民|刁户|后进户|拖[^。]{0,4}后腿[^。]{0,6}(?:户|家庭|"
    "群众)|重点户"
    "|(?:怪|怨|原因(?:是|在于)|由于|因为|主要是|多数是)[^。]{0,8}(?:家庭|群众|村民|妇女|"
    "户)[^。]{0,8}(?:不|拒|没)"
)

_EN_DOES: Final = (
    r"(?:sign\w*|tak\w+ part|participat\w+|co-?operat\w+|compl(?:y|ies|ied|ying|ian\w*)|complain\w*|"
    r"attend\w*|petition\w*|"
    r"obey\w*|refus\w+|declin\w+|check-?ups?|medical examinations?|agree\w*|volunteer\w*)"
)
_EN_WHO: Final = (
    r"(?:famil(?:y|ies)|households?|villagers?|residents?|women|parents|couples|mothers|those|"
    r"anyone|people)"
)
_EN_THEN: Final = (
    r"(?:first|priority|prioriti[sz]ed|only|stop\w*|cancel\w*|los[et]\w*|with(?:held|draw\w*|"
    r"hold\w*)|no longer|"
    r"suspend\w*|not (?:be )?(?:paid|served|helped|considered|eligible|receive|get)|nothing|"
    r"deduct\w*|bonus\w*|later|last|"
    r"reduc\w*|ahead|preference|preferred)"
)
EN_CONDITION: Final = re.compile(
    rf"\b{_EN_WHO} (?:who|that|which|having)?[^.]{{0,24}}\b{_EN_DOES}\b[^.]{{0,50}}\b{_EN_THEN}\b"
    rf"|\b{_EN_THEN}\b[^.]{{0,40}}\b(?:for|to|of|if|when|once|unless|from) (?:a |the )?(?:{_EN_WHO}|"
    rf"they|it)\b[^.]{{0,24}}\b{_EN_DOES}\b"
    rf"|\b{_EN_THEN}\b[^.]{{0,30}}\b{_EN_WHO} (?:who|that|which)\b[^.]{{0,24}}\b{_EN_DOES}\b"
    rf"|\b(?:do|does|did) not (?:sign|take part|participate|co-?operate|comply|attend|"
    rf"agree)\b[^.]{{0,50}}\b{_EN_THEN}\b"
    rf"|\bunco-?operative (?:famil|household|women|villager|couple)\w*|\bonly (?:if|when|after) "
    rf"[^.]{{0,30}}\b{_EN_DOES}\b"
    r"|\b(?:conditional|depend\w*|contingent) (?:up)?on [^.]{0,24}(?:sign|participat|co-?operat|"
    r"complain|check)"
)
EN_NO_CONDITION: Final = re.compile(
    r"\b(?:whether or not|regardless of(?: whether)?|no matter whether)\b[^.,;]{0,60}"
    r"|\b(?:nobody|no family|no household|no one) (?:loses?|waits?)\b[^.;]{0,80}"
    r"|\bdoes not (?:depend|hang) on\b[^.;]{0,60}|\bwithout (?:any )?condition\w*\b"
)
EN_BLAME: Final = re.compile(
    rf"\b(?:unco-?operative|stubborn|backward|difficult|ignorant|non-?compliant|"
    rf"lazy)\b[^.]{{0,12}}\b{_EN_WHO}\b"
    rf"|\b{_EN_WHO}\b[^.]{{0,24}}\b(?:unco-?operative|refused to co-?operate|would not co-?operate|"
    rf"do(?:es)? not co-?operate|"
    r"dragg\w+ [^.]{0,12}down|to blame|at fault|too many children)\b"
)


def speaks_of_families(text: str) -> bool:
    """Whether a sentence is about families or what they receive; conditions for officials alone are not."""
    return _FAMILY.search(text) is not None
