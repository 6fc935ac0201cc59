"""The brands of the demo and their teams. The stories are invented; people stand in them only by
what they are: a retired teacher, a neighbour."""

from dataclasses import dataclass

from volunteers.choices import Help

E, S, C, R = Help.ERRAND, Help.ESCORT, Help.COMPANY, Help.REPAIR
H, P, L, K = Help.HAIRCUT, Help.PHONE, Help.CLEANING, Help.CARE
W, M, A, T, O = Help.HOMEWORK, Help.MEDIATE, Help.ADVICE, Help.ARTS, Help.PATROL


@dataclass(frozen=True)
class TeamPlan:
    """A team: what it is called, what it can do, how many it has, what it takes."""

    name: str
    words: str
    helps: tuple
    size: int
    price_fen: int | None = None
    price_words: str = ""


@dataclass(frozen=True)
class BrandPlan:
    """A brand with its story and its teams."""

    name: str
    code: str
    motto: str
    colour: str
    icon: str
    story: str
    teams: tuple


TONGXIN = (
    BrandPlan(
        "同心智", "tongxinzhi", "一人一个主意，大家一起办。", "ochre", "bulb",
        "小区老车棚要不要拆，吵了两年。去年春天，退休的工程师、骑电动车上班的年轻妈妈和物业的电工"
        "坐到一张桌子上，量尺寸、画草图，一晚上改了三稿。后来车棚没有拆，多了二十四个充电口和一盏"
        "声控灯。从那以后，谁家有想法就写张条子投进信箱，每月第一个周三晚上，大家拆开来一条一条议。",
        (
            TeamPlan("金点子队", "帮邻居把想法理清楚，写成议题", (A, M), 7),
            TeamPlan("小区巡查队", "每周走一圈，看到的记下来", (O, A), 8),
        ),
    ),
    BrandPlan(
        "同心益", "tongxinyi", "多出来的一份，送到缺的那家。", "red", "heart",
        "起头的是一锅腊八粥。一位食堂退下来的师傅熬多了，端给同楼两位独居老人，第二天门口多了一袋"
        "洗净的碗和三个橘子。如今腊八粥熬了四年，跟着有了每月的暖心上门、换季的旧衣整理、开学前的"
        "书包。队里有条规矩：东西放下就走，坐下来就多听一会儿。老人说，最盼的不是米和油，是敲门声。",
        (
            TeamPlan("暖心陪伴队", "陪老人说说话，量血压，记药单", (C, K, E), 12),
            TeamPlan("爱心物资队", "收、洗、叠、送，一件一件登记", (E, L), 6),
        ),
    ),
    BrandPlan(
        "同心学", "tongxinxue", "孩子放学有去处，老人学会用手机。", "green", "book",
        "下午四点半，书坊的灯准时亮。一位教了三十八年语文的老师坐在靠窗那张桌子，先让孩子喝水，再"
        "翻作业本。有个男孩头两个月一句话不说，后来自己留下来擦黑板。同一间屋子，周三上午坐满老人，"
        "学视频通话、学挂号缴费。最慢的一位奶奶学了五次，第一个打给远方孙女的电话，全屋子都听见了笑。",
        (
            TeamPlan("四点半课堂", "工作日放学后，看着孩子写作业", (W,), 10),
            TeamPlan("银龄手机班", "一对一教老人用手机", (P, C), 9),
        ),
    ),
    BrandPlan(
        "同心和", "tongxinhe", "先坐下，先喝口茶，再说理。", "plum", "scale",
        "楼上装修，楼下的老人睡不好，两家在电梯里不说话半年了。调解的是一位退休的厂工会干部，她没先"
        "讲道理，先请两家各带一道菜来吃饭。饭桌上定了三条：中午不敲，周末不钻，先在群里说一声。这张"
        "纸贴在一楼，后来别的楼来抄。这些年经手的事，大多不是谁对谁错，是缺一个肯听两边说完的人。",
        (
            TeamPlan("老娘舅调解队", "邻里的疙瘩，坐下来慢慢解", (M, A), 7),
            TeamPlan("法律明白人", "看合同、写材料、问政策", (A,), 6),
        ),
    ),
    BrandPlan(
        "同心办", "tongxinban", "您开口，我跑腿。", "blue", "shopping-bag",
        "那年夏天停电，一位腿脚不好的老人住十七楼，家里药快断了。住在五楼的快递站长爬上去又爬下来，"
        "汗滴在楼梯上。第二天他在群里说：谁家要跑腿，喊一声。喊的人多，来的人更多：买药、取件、陪着"
        "看病、换灯泡、通下水。修东西和打扫也有收一点钱的队，价钱先写明白，说好了再上门，多一分不要。",
        (
            TeamPlan("跑腿代办队", "买药取件，陪着去医院", (E, S), 14),
            TeamPlan(
                "巧手修补队", "换灯泡、修水龙头、通下水", (R,), 8,
                1000, "半小时以内；要换零件的另算，先看发票",
            ),
            TeamPlan(
                "上门保洁队", "擦窗、拖地、洗油烟机", (L,), 7,
                5000, "两小时以内，自带工具；困难家庭不收钱",
            ),
        ),
    ),
    BrandPlan(
        "同心乐", "tongxinle", "一起唱，一起动，楼下就热闹了。", "ink", "music",
        "广场上原来有三支舞队，抢同一块地砖。后来三个领队坐到一起，排了张表：早上太极，傍晚广场舞，"
        "周五晚上轮到花鼓戏，音响八点半准时关。年初一位吹了一辈子唢呐的爷爷搬来，没地方练，队里在河边"
        "给他找了个亭子。重阳那天他吹《百鸟朝凤》，三支队的人都站着听完，连下棋的也放下了手里的子。",
        (
            TeamPlan("江山艺术团", "花鼓戏、合唱、舞蹈，逢年过节演出", (T,), 9),
            TeamPlan("理发小分队", "每月两次，给走不动的老人上门剪", (H, C), 6),
            TeamPlan("平安夜巡队", "晚上两人一组，走楼道、看消防门", (O,), 7),
        ),
    ),
)  # fmt: skip
ALLIANCE = (
    BrandPlan(
        "互动联盟", "hudong", "二十家单位，一个院子里的事。", "blue", "heart-handshake",
        "联盟是从一面墙开始的。菜店老板嫌墙脏，药店说愿意出漆，学校的美术老师带着学生来画，画完发现"
        "旁边的路灯不亮，供电的师傅第二天就来了。后来大家每个月坐下来一次，谁家有什么、谁家缺什么，"
        "写在同一块板上。社区、网格、合伙人、志愿队四级，各认一份，办成一件擦掉一行。",
        (
            TeamPlan("邻里帮帮队", "跑腿、陪伴、搭把手", (E, C, S, K), 8),
            TeamPlan(
                "街坊修理铺", "修小家电、磨刀、换锁芯", (R,), 6,
                1500, "修不好不收；零件按进价",
            ),
        ),
    ),
)  # fmt: skip
VILLAGE = (
    BrandPlan(
        "榕树下", "rongshuxia", "老榕树下喊一声，总有人应。", "green", "trees",
        "搬进安置小区那年，老人们最舍不得的是村口那棵榕树。大家就在小区中间又种了一棵，树下放六张板凳。"
        "现在谁家要人帮忙，就到树下说一声：支部记下，派给住得近的人，办完了回来说一句。一位独居的爷爷"
        "灶台漏水，上午说的，中午就有人提着扳手来了，晚上他端来一碗新蒸的红薯。",
        (TeamPlan("应声帮扶队", "树下点单，就近接单", (E, S, C, K, L, H), 12),),
    ),
)  # fmt: skip
