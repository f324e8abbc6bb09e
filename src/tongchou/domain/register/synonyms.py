"""What staff call the columns of a register. Each line: canonical column, then its other names.

Names are compared after ``columns.plain``. ``=FLAG`` and ``=SINCE`` stand for the usual words of the two
halves of a merged group (是否 · 时间).
"""

from __future__ import annotations

from typing import Final


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """Lines of a key and words; a line that begins with a space goes on with the key before it."""
    table: dict[str, tuple[str, ...]] = {}
    key = ""
    for line in text.strip("\n").splitlines():
        words = line.split()
        if not line.startswith(" "):
            key, *words = words
        table[key] = table.get(key, ()) + tuple(words)
    return table


#: Headers that name a column wherever they stand.
ALONE: Final = _table("""
seq                 序号 编号 行号 顺序号 no xh
household_no        户编号 户号 家庭编号 家庭户编号 户序号 户主编号 户口编号 家庭户号 户籍编号 户口簿号
                    户口本编号 门户号 农户编号
group_name          村民组 组别 村民小组 小组 组 所在组 所属组 自然村 自然寨 组名 村组 寨子 屯
name                姓名 名字 人员姓名 家庭成员姓名 成员姓名 家庭成员 居民姓名 公民姓名 村民姓名 本人姓名
                    姓 名称
relation            与户主关系 与户主的关系 和户主关系 和户主的关系 同户主关系 关系 户主关系 家庭关系
                    与户主之关系 成员关系 与户主
sex                 性别 男女 男或女 性別
ethnicity           民族 族别 民族成份 民族成分 所属民族
birth               出生日期 出生年月 出生年月日 生日 出生时间 出生 生年月日 出生年份 出生年 出生日
                    公历出生日期 出生年月日期 生辰
id_number           公民身份号码 身份证号 身份证号码 证件号码 证件号 居民身份证号 居民身份证号码 身份证
                    身份号码 公民身份证号 公民身份证号码 身份证件号码 身份证编号 有效证件号码 本人身份证号
                    身份证件号
education           文化程度 学历 受教育程度 教育程度 文化 最高学历 文化水平
marital             婚姻状况 婚姻 婚姻情况 婚姻状态 婚否 婚况
hukou_kind          户口性质 户籍性质 户口类型 户口类别 户籍类型 户籍类别 户别 户口 农业非农业 户口所属性质
determined_rural    界定为农村居民 是否界定为农村居民 农村居民界定 是否农村居民 农村居民 界定农村居民
                    是否界定农村居民
determined_rural_on 界定时间 界定日期 农村居民界定时间 界定年月 界定为农村居民时间
converted           农转城 是否农转城 农转非 是否农转非 农转居 是否农转居 是否转户 城镇落户 是否城镇落户
                    是否进城落户
converted_on        转户时间 转户日期 农转城时间 农转城日期 农转非时间 农转居时间 转户年月 落户时间
                    城镇落户时间 进城落户时间
urban_pension       城镇职工养老保险 是否参加城镇职工养老保险 城镇养老保险 是否城镇职工养老保险
                    职工养老保险 城镇养老 职工养老
urban_pension_from  城镇职工养老保险起始时间 城镇养老保险起始时间 养老保险起始时间 养老保险时间
                    城镇职工养老保险时间 养老参保时间
urban_medical       城镇职工医疗保险 是否参加城镇职工医疗保险 城镇医疗保险 是否城镇职工医疗保险
                    职工医疗保险 城镇医保 职工医保
urban_medical_from  城镇职工医疗保险起始时间 城镇医疗保险起始时间 医疗保险起始时间 医疗保险时间
                    城镇职工医疗保险时间 医保参保时间
resident_here       是否在本村 是否在村 是否在本村居住 在村情况 是否常住 是否本村居住 是否在家 居住本村
away                是否外出 外出 是否外出务工 外出务工 人户分离 是否人户分离 是否流出
resident_elsewhere  外出地 外出地点 外出去向 务工地 务工地点 流出地 流入地 现居住地址 现住址 现居住地
                    现居地 现居住地点 外出务工地点 居住地址
away_since          外出时间 外出日期 流出时间 离开时间 外出务工时间 流出日期 外出年月 离村时间
living_sons         存活男孩数 现存男孩数 存活男孩 现存男孩 现有男孩数 健在男孩数 男孩数 存活儿子数
                    现有儿子数
living_daughters    存活女孩数 现存女孩数 存活女孩 现存女孩 现有女孩数 健在女孩数 女孩数 存活女儿数
                    现有女儿数
children_ever       曾生育子女数 曾生育收养子女数 曾生育含收养子女数 生育子女数 曾生育数 曾生育子女
                    生育收养子女数 曾育子女数
phones              联系电话 电话 手机 手机号 手机号码 联系方式 电话号码 联系手机 本人电话 移动电话
                    联系号码
remarks             备注 备考 说明 注 附注 其他说明 remarks
to_mend             需修改 需修改/Tobemended 需改正
""")

#: Group headers under which one of ``LEAVES`` names the column.
GROUPS: Final = _table("""
determined_rural    界定为农村居民 农村居民界定 界定农村居民 农村居民 是否界定为农村居民 界定情况
determined_rural_on 界定为农村居民 农村居民界定 界定农村居民 农村居民 是否界定为农村居民 界定情况
converted           农转城 农转非 农转居 农转城情况 农转非情况 农转居情况 转户 转户情况 城镇落户 进城落户
                    城镇化落户
converted_on        农转城 农转非 农转居 农转城情况 农转非情况 农转居情况 转户 转户情况 城镇落户 进城落户
                    城镇化落户
urban_pension       城镇职工养老保险 城镇养老保险 职工养老保险 城镇职工基本养老保险 城镇养老 职工养老
                    城镇职工养老
urban_pension_from  城镇职工养老保险 城镇养老保险 职工养老保险 城镇职工基本养老保险 城镇养老 职工养老
                    城镇职工养老
urban_medical       城镇职工医疗保险 城镇医疗保险 职工医疗保险 城镇职工基本医疗保险 城镇医保 职工医保
                    城镇职工医保 城镇职工医疗
urban_medical_from  城镇职工医疗保险 城镇医疗保险 职工医疗保险 城镇职工基本医疗保险 城镇医保 职工医保
                    城镇职工医保 城镇职工医疗
resident_here       现居住地 居住情况 现居住 现住地 常住地 居住地 现住址 居住状况
away                外出 外出情况 流出 外出务工
resident_elsewhere  现居住地 居住情况 现居住 现住地 常住地 外出 外出情况 流出
away_since          现居住地 居住情况 现居住 现住地 常住地 外出 外出情况 流出
""")

_USUAL: Final = _table("""
=FLAG               是否 是否享受 是否参加 是否参保 是否界定 是否转户 有无 是否办理
=SINCE              时间 日期 起始时间 开始时间 起始日期 开始日期 参保时间 参保日期 享受时间 起始年月 年月
                    年份 何时
""")
LEAVES: Final = {
    name: tuple(leaf for word in words for leaf in _USUAL.get(word, (word,)))
    for name, words in _table("""
determined_rural    =FLAG 界定结果 结果
determined_rural_on =SINCE 界定时间 界定日期 界定年月
converted           =FLAG 是否农转城 是否转
converted_on        =SINCE 转户时间 转户日期 转户年月 落户时间
urban_pension       =FLAG
urban_pension_from  =SINCE
urban_medical       =FLAG
urban_medical_from  =SINCE
resident_here       是否在本村 是否在村 是否本村 在本村 在村 是否在家 是否在本村居住
away                是否外出 是否 是否流出
resident_elsewhere  外出地 外出地点 地点 去向 地址 外出去向 流出地 详细地址 何地
away_since          =SINCE 外出时间 外出日期 流出时间 离开时间
""").items()
}

#: Parts of short headers that give a column away when nothing else does.
CONTAINS: Final = _table("""
relation            户主关系 户主的关系
ethnicity           民族
id_number           身份证 身份号码
education           文化程度 学历 受教育
marital             婚姻状
phones              手机 电话
""")

_SPEAKS_OF: Final = _table("""
others              配偶 妻子 丈夫 子女 儿子 女儿 父亲 母亲 父母 监护人 女方 男方 联系人 填报人 填表人
                    户主姓名 户主身份 户主电话 负责人 房东
groups              子女信息 子女情况 户主 户主信息 户主情况 监护人信息 配偶信息 配偶情况
""")
#: Words of headers that speak of somebody else than the person of the line, and groups that do.
OTHERS: Final = _SPEAKS_OF["others"]
OTHER_GROUPS: Final = frozenset(_SPEAKS_OF["groups"])
