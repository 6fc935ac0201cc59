"""Words people write into ledgers: kinship, sex, and what a column is called."""

import re
from functools import lru_cache

SEX = {
    "男": "m",
    "男性": "m",
    "m": "m",
    "male": "m",
    "1": "m",
    "女": "f",
    "女性": "f",
    "f": "f",
    "female": "f",
    "2": "f",
}

# The order matters: 儿媳 before 儿, 外孙 before 孙.
_KINSHIP = (
    (r"^(户主|本人|戶主|户主本人|业主本人|户长)$", "head"),
    (r"儿媳|媳妇|女婿|婿|儿子的妻|女儿的丈夫", "in_law"),
    (r"妻|配偶|丈夫|夫|爱人|老伴|老公|老婆|太太|先生", "spouse"),
    (r"孙|外孙|曾孙", "grandchild"),
    (r"祖父|祖母|爷爷|奶奶|外公|外婆|姥姥|姥爷|曾祖", "grandparent"),
    (r"岳父|岳母|公公|婆婆|父|母|爸|妈|公婆", "parent"),
    (r"养女|继女|长女|次女|[一二三四五六七大小幺独]女|女儿|^女$|闺女", "daughter"),
    (r"养子|继子|长子|次子|[一二三四五六七大小幺独]子|儿子|^子$|^儿$", "son"),
    (r"兄|弟|姐|妹|哥|嫂", "sibling"),
    (r"租|租客|承租", "tenant"),
)


@lru_cache(maxsize=2_000)
def kinship_of(text):
    """The key of Kinship for 妻, 长子, 儿媳, 孙女 …; "other" for what is not known."""
    for pattern, key in _KINSHIP:
        if re.search(pattern, text):
            return key
    return "other"


# What a column holds, guessed from its head. First match wins; "" means: surely not ours.
_HEADS = (
    (r"^(序号|编号|no\.?|序|户号|档案号|人员编号|户编号|id)$", ""),
    (r"身份证|证件号|公民身份|身份号|证件号码", "identity_number"),
    (r"户主(的)?姓名|^户主$|户主名|产权人|业主(姓名)?$", "head_name"),
    (r"(关系)", "kinship"),
    (r"姓名|名字|^成员$|居民名|人员名|家庭成员$", "name"),
    (r"性别", "sex"),
    (r"出生|生日|出生年月", "birth_on"),
    (r"年龄|周岁", ""),
    (r"电话|手机|联系方式|联系号码|tel|phone", "phone"),
    (r"政治面貌|政治面目", "political"),
    (r"人群|人员类别|人员类型|特殊人群|重点人群|类别|标签|对象类别|人员性质|困难类型", "kinds"),
    (r"健康|身体|疾病|病史|慢性病|患病", "health"),
    (r"是否常住|常住|人户|居住状态|在家情况|是否在住|居住情况", "lives_here"),
    (r"去向|现居|外出地|人在哪|所在地", "where"),
    (r"籍贯|户籍(地址|地|所在)|民族|学历|文化|职业|单位(名称)?$|工作单位|备注|说明|婚姻", ""),
    (r"楼栋房号|门牌|地址|住址|房屋坐落|房号全称|坐落|栋.*(单元|房|室|号)|房屋位置", "address"),
    (r"^(所属|所在)?(楼栋|楼号|栋号|幢号|栋|幢|楼|楼幢|楼宇|座|楼栋号)$", "building"),
    (r"单元|门洞|梯", "entrance"),
    (r"房号|室号|房间|户室|^室$|^房$|门号|户号|房屋号|房屋编号", "room"),
)


@lru_cache(maxsize=2_000)
def field_of_head(head):
    """(the field a head stands for or "", whether the head is known at all)."""
    plain = re.sub(r"[\s　*＊:：()（）]", "", head).lower()
    parts = [plain.rpartition("·")[2], plain] if "·" in plain else [plain]
    for part in parts:
        for pattern, field in _HEADS:
            if re.search(pattern, part):
                return field, True
    return "", False


TOTALS = re.compile(
    r"^(合计|总计|小计|共计|总人数|合 计|填表人|制表人?|审核人?|填报|统计人|制表日期|备注|说明|注)"
    r"(?:[:：\s（(].*|\d.*)?$"
)
