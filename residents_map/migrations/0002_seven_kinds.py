"""The seven kinds of people every map begins with, each with its ground in law."""

from django.db import migrations

SEVEN = (
    # key, name, icon, colour, rule, min_age, basis, words, needs_care
    ("party", "党员先锋", "k-party", "kind-party", "said", None, "party", "中国共产党支部工作条例：支部掌握党员情况", False),
    ("united", "统战力量", "k-united", "kind-united", "said", None, "consent", "中国共产党统一战线工作条例；登记前征得本人同意", False),
    ("elder", "高龄长者", "k-elder", "kind-elder", "age", 80, "duty", "老年人权益保障法 第三十三条（高龄津贴）", True),
    ("child", "留守儿童", "k-child", "kind-child", "said", None, "duty", "未成年人保护法 第四十三条：居委会建立信息档案", True),
    ("hardship", "困难家庭", "k-hardship", "kind-hardship", "said", None, "duty", "社会救助暂行办法 第四条、第十条", True),
    ("alone", "独居老人", "k-alone", "kind-alone", "alone", 60, "duty", "民政部等十部门2022年通知：特殊困难老年人探访关爱", True),
    ("disabled", "残障人士", "k-disabled", "kind-disabled", "said", None, "duty", "残疾人保障法 第八条、第四十七条", True),
)


def add(apps, schema_editor):
    Kind = apps.get_model("residents_map", "Kind")
    for at, (key, name, icon, colour, rule, age, basis, words, care) in enumerate(SEVEN, 1):
        Kind.objects.get_or_create(
            key=key,
            defaults={
                "name": name,
                "icon": icon,
                "colour": colour,
                "rule": rule,
                "min_age": age,
                "basis": basis,
                "basis_words": words,
                "needs_care": care,
                "order": at * 10,
            },
        )

    party = Kind.objects.get(key="party")
    for at, (key, name) in enumerate((("party-branch", "支部党员"), ("party-work", "在职党员"))):
        Kind.objects.get_or_create(
            key=key,
            defaults={
                "name": name,
                "icon": party.icon,
                "colour": party.colour,
                "rule": "said",
                "basis": party.basis,
                "basis_words": party.basis_words,
                "part_of": party,
                "order": 11 + at,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("residents_map", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
