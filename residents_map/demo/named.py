"""People of the demo whom one meets by name on its pages; all of them invented."""

from residents_map.choices import Kinship, Sex, Tier
from residents_map.demo.families import Family, Member

# (building, entrance, door): name, sex, age, days from today until the next visit, tier
VISITED = {
    (14, 1, "2104"): ("秦玉珍", Sex.FEMALE, 82, -2, Tier.WEEK),
    (7, 1, "302"): ("丁素兰", Sex.FEMALE, 81, -1, Tier.WEEK),
    (7, 2, "1203"): ("刘桂芳", Sex.FEMALE, 82, 0, Tier.MONTH),
    (9, 2, "1402"): ("赵来福", Sex.MALE, 75, 0, Tier.MONTH),
    (2, 3, "501"): ("何桂芬", Sex.FEMALE, 81, 0, Tier.MONTH),
    (7, 2, "802"): ("马长福", Sex.MALE, 81, 1, Tier.WEEK),
    (1, 2, "1101"): ("郑德兴", Sex.MALE, 76, 3, Tier.MONTH),
    (5, 2, "1904"): ("杨荷花", Sex.FEMALE, 83, 4, Tier.MONTH),
}
# Due this week too, but of other kinds: any household of the building that has one.
ALSO_DUE = ((3, "hardship", 5), (10, "disabled", 5), (11, "child", 6))

# Leads of buildings whom the pages name.
BUILDING_LEADS = {7: "陈国华", 1: "李建国", 14: "孙玉华"}


def family_of(building, entrance, door):
    """The household of one of them: the head, and for 刘桂芳 the daughter one can ring."""
    name, sex, age, *_ = VISITED[building, entrance, door]
    head = Member(name=name, sex=sex, age=age, kinship=Kinship.HEAD)
    head.phone = PHONES.get(name, "")
    head.health = HEALTH.get(name, "")
    members = [head]
    if name in RELATIVES:
        relative, kinship, relative_sex, relative_age, where, phone = RELATIVES[name]
        members.append(
            Member(
                name=relative,
                sex=relative_sex,
                age=relative_age,
                kinship=kinship,
                lives_here=False,
                where=where,
                phone=phone,
            )
        )
    return Family(members)


PHONES = {"刘桂芳": "13900000001"}
HEALTH = {
    "刘桂芳": "高血压，每天一片降压药；左膝不好，上下楼要扶",
    "秦玉珍": "糖尿病，女儿每周送药",
    "丁素兰": "耳背，敲门要重一点",
    "马长福": "心脏装过支架，随身带药",
}
RELATIVES = {
    "刘桂芳": ("刘小敏", Kinship.DAUGHTER, Sex.FEMALE, 55, "长沙", "13900000002"),
    "秦玉珍": ("张秀丽", Kinship.DAUGHTER, Sex.FEMALE, 54, "天元区", "13900000003"),
    "丁素兰": ("罗建平", Kinship.SON, Sex.MALE, 56, "深圳", "13900000004"),
    "马长福": ("马志强", Kinship.SON, Sex.MALE, 52, "湘潭", "13900000005"),
}
# What was said at the last visits: days ago, way, state, words.
TOLD = {
    "刘桂芳": (
        (30, "door", "help", "降压药够吃到月底。厨房灯绳够不着，当天换了长的。"),
        (44, "paired", "well", "包了饺子一起吃，说腿脚比夏天好。"),
        (61, "call", "well", "在女儿家过节，过几天回。"),
    ),
    "丁素兰": (
        (8, "door", "changed", "助听器坏了，儿子说月底带她去配。"),
        (15, "door", "well", "都好，楼下小杨帮她买菜。"),
    ),
    "秦玉珍": (
        (9, "door", "well", "血糖稳，药够吃。"),
        (16, "call", "missed", ""),
    ),
}
