"""Personal data in free text, in all the ways people write it, and what only looks like it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.foundation.redaction import KINDS, find_personal, has_check_digit, redact

# 990000… is an unassigned region: these are nobody's numbers.
ID = "990000199003070013"

POSITIVES = [
    # mobile phones
    ("请打13800006021找我", "mobile", "13800006021"),
    ("电话138 0000 6021。", "mobile", "138 0000 6021"),
    ("138-0000-6021", "mobile", "138-0000-6021"),
    ("１３８００００６０２１", "mobile", "１３８００００６０２１"),
    ("+86 13800006021", "mobile", "+86 13800006021"),
    ("008613800006021转告", "mobile", "008613800006021"),
    ("一三八零零零零六零二一", "mobile", "一三八零零零零六零二一"),
    ("幺三八〇〇〇〇六〇二幺", "mobile", "幺三八〇〇〇〇六〇二幺"),
    ("壹叁捌零零零零陆零贰壹", "mobile", "壹叁捌零零零零陆零贰壹"),
    ("13八零零零零6021", "mobile", "13八零零零零6021"),
    ("统一13800006021一直打不通", "mobile", "13800006021"),
    ("1 3 8 0 0 0 0 6 0 2 1", "mobile", "1 3 8 0 0 0 0 6 0 2 1"),
    ("138　0000　6021", "mobile", "138　0000　6021"),
    ("138\u200b0000\u200b6021", "mobile", "138\u200b0000\u200b6021"),
    ("138·0000·6021", "mobile", "138·0000·6021"),
    ("王阿姨13800006021，2栋", "mobile", "13800006021"),
    ("13800006021 2栋", "mobile", "13800006021"),
    # landlines
    ("家里028-87654321", "landline", "028-87654321"),
    ("(028) 8765 4321", "landline", "(028) 8765 4321"),
    ("（０２８）８７６５４３２１", "landline", "（０２８）８７６５４３２１"),
    ("0731-5555011转我", "landline", "0731-5555011"),
    ("02887654321", "landline", "02887654321"),
    ("座机：87654321", "landline", "87654321"),
    ("联系电话 8765 4321", "landline", "8765 4321"),
    # ID numbers
    (f"身份证{ID}", "id_number", ID),
    ("990000 19900307 0013", "id_number", "990000 19900307 0013"),
    ("11010119900307001X", "id_number", "11010119900307001X"),
    ("110101 1990 0307 001x", "id_number", "110101 1990 0307 001x"),
    ("９９００００１９９００３０７００１３", "id_number", "９９００００１９９００３０７００１３"),
    ("老证110101900307001", "id_number", "110101900307001"),
    ("九九零零零零一九九零零三零七零零一三", "id_number", "九九零零零零一九九零零三零七零零一三"),
    # bank cards
    ("卡号6222021234567890128", "bank_card", "6222021234567890128"),
    ("4111 1111 1111 1111", "bank_card", "4111 1111 1111 1111"),
    ("6222-0212-3456-7890-128", "bank_card", "6222-0212-3456-7890-128"),
    # plates
    ("川A12345占道", "plate", "川A12345"),
    ("京A·12345", "plate", "京A·12345"),
    ("京 A 123 45", "plate", "京 A 123 45"),
    ("川ａｄ１２３４５堵门", "plate", "川ａｄ１２３４５"),
    ("川AD12345", "plate", "川AD12345"),
    ("川A12345D乱停", "plate", "川A12345D"),
    ("粤B-1234警", "plate", "粤B-1234警"),
    ("车牌号A·12B45", "plate", "A·12B45"),
    # doors
    ("3栋2单元402室漏水", "door", "402室"),
    ("3栋2单元402漏水", "door", "402"),
    ("3栋2单元 1203", "door", "1203"),
    ("３栋２单元４０２", "door", "４０２"),
    ("三栋二单元四零二", "door", "四零二"),
    ("十二栋一单元四〇二房", "door", "四〇二房"),
    ("3号楼1203", "door", "1203"),
    ("B座1203的狗", "door", "1203"),
    ("2单元402户", "door", "402户"),
    ("楼上402室", "door", "402室"),
    ("住1203房", "door", "1203房"),
    ("3-2-402", "door", "3-2-402"),
    ("我家是3-2-402室", "door", "3-2-402室"),
    ("2单元5楼2号", "door", "5楼2号"),
    # e-mail, WeChat, QQ
    ("写信到wang.li+a@example.com.cn吧", "email", "wang.li+a@example.com.cn"),
    ("ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "email", "ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
    ("微信号 abc123", "wechat", "abc123"),
    ("加微信：wxid_9k2m", "wechat", "wxid_9k2m"),
    ("VX: laowang88", "wechat", "laowang88"),
    ("薇信laowang_88", "wechat", "laowang_88"),
    ("QQ 123456789", "qq", "123456789"),
    ("扣扣号：12345678", "qq", "12345678"),
]

NEGATIVES = [
    "3栋2单元",
    "3栋2单元的电梯坏了",
    "三栋二单元一二三楼都停水",
    "3栋2单元100多户没有水",
    "1栋300户居民签字",
    "全小区402户",
    "2单元402户居民都同意",
    "2026年11月22日19:30",
    "2026-11-22 19:30",
    "2026.11.22",
    "11月22日至12月7日公示15天",
    "二〇二六年十一月二十二日",
    "一九九〇年建成",
    "花了2000元",
    "共120000.50元，每户240元",
    "维修资金1,234,567.89元",
    "锦江议〔2026〕12-2",
    "川府发〔2025〕1234号",
    "SQ-1119-003",
    "编号SQ-2026-1119-003",
    "打12345热线",
    "拨打110、119、120",
    "客服400-820-8820",
    "锦绣路128号",
    "面积89.56平方米，总价1203456元",
    "第1203次会议",
    "在2号会议室开会",
    "302教室旁边",
    "微信群里说过",
    "微信支付20元",
    "加微信群",
    "用QQ群通知",
    "3号楼2026年粉刷",
    "3栋2单元3000元",
    "2单元15户",
    "云A区的路",
    "新小区ABC",
    "东经104.065735，北纬30.659462",
    "1、2、3号楼，5-8栋",
    "1-3栋，2-300米",
    "上午9:00-11:30，下午14:00-17:30",
    "赞成3875户，反对120户，弃权45户",
    "水表读数00123456",
    "占比66.67%（2583/3875）",
    "GB 18030-2022",
    "一三五限行，二四六放开",
    "五六七八个人",
    "单元门坏了三次",
    "120房屋普查",
]


def kinds(text, **given):
    return [(finding.kind, finding.text) for finding in find_personal(text, **given)]


def test_the_corpus_is_large_enough():
    assert len(POSITIVES) >= 40
    assert len(NEGATIVES) >= 30
    assert {kind for _, kind, _ in POSITIVES} == set(KINDS) - {"name"}


@pytest.mark.parametrize(("text", "kind", "found"), POSITIVES)
def test_found(text, kind, found):
    assert kinds(text) == [(kind, found)]


@pytest.mark.parametrize("text", NEGATIVES)
def test_no_false_alarm(text):
    assert kinds(text) == []


def test_several_in_one_text_in_their_order():
    text = f"我是陈晓燕，住3栋2单元402室，电话１３８ ００００ ６０２１，身份证{ID}，车川A·12345。"
    assert [kind for kind, _ in kinds(text, names=["陈晓燕"])] == [
        "name",
        "door",
        "mobile",
        "id_number",
        "plate",
    ]
    assert redact(text, names=["陈晓燕"]) == (
        "我是某居民，住3栋2单元某户，电话某电话，身份证某证件号，车某车牌。"
    )


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("陈晓燕说的", ["陈晓燕"], ["陈晓燕"]),
        ("陈 晓 燕说的", ["陈晓燕"], ["陈 晓 燕"]),
        ("陈\u200b晓燕说的", ["陈晓燕"], ["陈\u200b晓燕"]),
        ("阿依古丽·买买提", ["阿依古丽·买买提"], ["阿依古丽·买买提"]),
        ("陈晓燕和陈晓", ["陈晓", "陈晓燕"], ["陈晓燕", "陈晓"]),
        ("(王.五)", ["王.五"], ["王.五"]),
        ("王一五", ["王.五"], []),
        ("陈", ["陈", "", " "], []),
    ],
)
def test_given_names(text, names, found):
    assert [text for _, text in kinds(text, names=names)] == found


def test_a_finding_says_where_and_what():
    (finding,) = find_personal("请打１３８００００６０２１找我")
    assert (finding.start, finding.end, finding.label) == (2, 13, "手机号")


@pytest.mark.parametrize(
    ("number", "right"),
    [
        (ID, True),
        ("990000199003070014", False),
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("1101051949123100", False),
        ("", False),
    ],
)
def test_the_check_digit(number, right):
    assert has_check_digit(number) is right


def test_an_id_number_with_a_slip_is_still_somebodys():
    assert kinds("990000199003070014") == [("id_number", "990000199003070014")]


@given(st.text(alphabet=st.characters(), max_size=100))
def test_marks_lie_in_the_text_and_do_not_overlap(text):
    end = 0
    for finding in find_personal(text):
        assert end <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end] == finding.text
        end = finding.end


@given(st.lists(st.sampled_from([text for text, _, _ in POSITIVES]), max_size=4))
def test_what_was_redacted_holds_no_number_any_more(texts):
    redacted = redact("；".join(texts))
    assert kinds(redacted) == []


@pytest.mark.parametrize(
    "text",
    ["1" * 100_000, "a" * 100_000, "1 " * 50_000, "一" * 100_000, "a@" * 50_000, "3-" * 50_000],
)
def test_long_text_takes_no_long_time(text):
    began = time.monotonic()
    find_personal(text)
    assert time.monotonic() - began < 3
