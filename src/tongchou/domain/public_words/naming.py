"""Somebody named: a family by its name (王家, 小花家), an identity or telephone number, a group "
"and house."""

from __future__ import annotations

import re
from typing import Final

#: The surnames that by themselves say whose home it is; others are too often part of another word.
_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱郭何罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余"
    "潘杜戴夏钟汪田任姜范"
    "廖邹熊孟秦邱江尹黎史龙陶郝龚邵侯顾毛万段雷钱汤孔洪赖武康贺严牛樊葛邢颜倪聂章鲁岳翟殷詹申欧耿关"
    "兰焦俞柳甘祝包宁尚符"
    "舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司"
    "卓古吉缪简车项连芦麦"
    "褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖"
    "巩明佘池查麻苑迟邝"
)
#: Those of which the surname and 家 alone (王家) name a family without doubt.
_ALONE: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱郭何罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈彭吕苏卢蒋蔡贾丁魏薛潘杜戴姜"
    "范廖邹熊孟秦邱尹黎陶郝龚邵侯钱汤洪赖"
)
#: Not the end of a name before 家: 大家, 国家, 回家, 一家 …
_NO_NAME: Final = (
    "大国专人回居各商厂独到进我你他她它咱俺自每养发店作画学业上下离几这那哪两多百千万到个户医公入本"
    "想持理分住邻的了在和与为对给让由当全名买卖搬冤世皇亲娘婆夫婿管行赢输农渔安成房出顾败起归老小东西"
)
_PLACE: Final = (
    "(?!庭|长|园|具|电|禽|畜|政|装|乡|访|属|风|教|务|务|用|校|人|业|族|里户|常|塘|湾|坝|寨|坡|沟|山|"
    "庄|岭|桥|院|河|坪|垭|营|屯|巷|镇|村|组|咀|嘴|冲|梁|渡|堡|口|井|街|港|集|岗|岩|垴|坳|洼|台|场|"
    "社|沱|坨|箐|田|林|店|大院|界|埠|圩|滩|湖|窑|楼|祠|村委|医|底)"
)
NAMED: Final = re.compile(
    f"(?<![{_SURNAMES}])(?:[{_ALONE}]家|[{_SURNAMES}][一-龥]?[^\\W\\d{_NO_NAME}a-z_]家|张三家|"
    f"李四家|王五家|赵六家)(?:{_PLACE})"
    f"|[小老阿][^\\W\\d{_NO_NAME}a-z_康农微型板龄年城城家户]家{_PLACE}"
    f"|[小老阿][^\\W\\d{_NO_NAME}a-z_]{{1,2}}(?:两口子|夫妇|夫妻|媳妇|婆娘)|[一-龥]{{2,3}}(?:夫妇|夫妻)二人"
)
_PINYIN: Final = (
    "Wang|Li|Zhang|Liu|Chen|Yang|Zhao|Huang|Zhou|Wu|Xu|Sun|Hu|Zhu|Gao|Lin|Guo|Ma|Luo|Liang|Song|"
    "Zheng|Xie|Han|Tang|Feng|"
    "Dong|Xiao|Cheng|Cao|Yuan|Deng|Fu|Shen|Zeng|Peng|Lu|Su|Jiang|Cai|Jia|Ding|Wei|Xue|Ye|Yan|Yu|Pan|"
    "Du|Dai|Xia|Zhong|Tian|"
    "Ren|Fan|Fang|Shi|Yao|Tan|Liao|Zou|Xiong|Jin|Hao|Kong|Bai|Cui|Kang|Mao|Qiu|Qin|Gu|Hou|Shao|Meng|"
    "Duan|Qian"
)
EN_NAMED: Final = re.compile(
    rf"\b(?:{_PINYIN})(?: [A-Z][a-z]+)?(?:['’]s)? (?:family|household|home|wife|husband)\b"
)
#: A group of villagers, a house, a door: who lives there is soon known.
_PLACED: Final = re.compile(
    r"第?(?<![0-9月])[0-9一二三四五六七八九十]{1,3}(?:村民)?小?组|(?<![0-9月])[0-9]{1,4}(?:号(?!文|"
    r"令|公告|通知)|栋|幢|单元|室)(?!前|以前|之前)|"
    r"门牌|院坝|隔壁"
)
#: What somebody says of who they are.
_I_AM: Final = re.compile(
    r"(?:我叫|我是|本人是?|姓名|名叫|叫做?|我家住|家住|住在|住址|"
    r"地址)[:：为是]?\s*([一-龥·]{2,12}?)(?=[，,。；;、\s\d]|$|的|家|村民)"
)
_HOME: Final = re.compile(r"([一-龥]{1,4})家")


def placed(text: str) -> list[str]:
    """Groups, houses and doors that stand in a text written plainly.

    Examples
    --------
    >>> placed("到三组12号上门的是谁"), placed("10月12日的材料在哪里")
    (['三组', '12号'], [])
    """
    return [found[0] for found in _PLACED.finditer(text)]


def telling(words: str, *, name: str = "", phone: str = "") -> frozenset[str]:
    """What of a complaint would tell who wrote it: parts of the name, the telephone, what tells the home.

    Parameters
    ----------
    words, name, phone
        As they were written, plainly (``folding.written_plainly``).

    Returns
    -------
    frozenset of str
        Parts of two characters and more; of a telephone four digits and more in a row.

    Examples
    --------
    >>> sorted(telling("我叫杨小花", phone="13800"))
    ['1380', '13800', '3800', '小花', '杨小', '杨小花']
    """
    found: set[str] = set()
    names = {name, *(one[1] for one in _I_AM.finditer(words)), *_own_homes(words)}
    for one in names:
        plain = re.sub(r"[\s·.]", "", one)
        found |= _parts(plain, 2)
    digits = re.sub(r"\D", "", phone)
    found |= _parts(digits, 4)
    return frozenset(found | set(placed(words)))


def _own_homes(words: str) -> set[str]:
    return {one[0][:-1] for one in NAMED.finditer(words)}


def _parts(text: str, shortest: int) -> set[str]:
    return {
        text[at : at + size] for size in range(shortest, len(text) + 1) for at in range(len(text) - size + 1)
    }
