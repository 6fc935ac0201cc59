"""What residents say, a little different every time, and the words it is found by."""

from functools import lru_cache

from deliberation.demo.texts import SPOTS, STORIES
from deliberation.services.intake import title_of
from stations.foundation.words import tsvector_text

# How often each category comes, in the order of the stories.
WEIGHTS = (18, 16, 14, 11, 9, 9, 7, 8, 5, 4, 3, 4)
SINCE = ("", "这个星期开始的。", "上个月就这样了。", "快半年了。", "昨天晚上才发现。", "一直这样。")
ASK = ("", "请尽快来看看。", "打过物业电话，没人来。", "邻居也说了好几次。", "麻烦社区帮忙问一问。")
# One in a few thousand says something nobody else says: what a search for a rare word finds.
RARE = (
    "石榴树", "钢琴", "鸽子笼", "水族箱", "葡萄架", "戏台", "旧碑", "风筝", "磨盘", "蜂箱",
    "书画班", "月季", "烟囱", "古井", "皮划艇", "留声机", "紫藤", "乒乓球台", "豆腐坊", "缝纫机",
)  # fmt: skip
ONE_IN = 250  # for all of them together: each is in one of five thousand
CATEGORIES = tuple(STORIES)


def said(chance):
    """(category, title, text) of a new issue."""
    category = chance.choices(CATEGORIES, WEIGHTS)[0]
    story = chance.choice(STORIES[category])[0]
    text = f"{story}{chance.choice(SINCE)}{chance.choice(ASK)}"
    if chance.random() * ONE_IN < 1:
        text = f"{text}就在{chance.choice(RARE)}旁边。"
    return category, titled(story), text


@lru_cache(maxsize=256)
def titled(story):
    return title_of(story)


def spot(chance):
    return chance.choice(SPOTS)


@lru_cache(maxsize=60_000)
def words_of(part):
    return tsvector_text(part).split()


def search_text(*parts):
    """The `search` column as COPY reads it: the words of intake.search_vector, counted."""
    found = {}
    for part in parts:
        found.update(dict.fromkeys(words_of(part)))
    return " ".join(f"{word}:{at}" for at, word in enumerate(found, 1))
