from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("residents_map", "0004_planned_on")]
    operations = [
        migrations.AlterField(
            model_name="inspection",
            name="state",
            field=models.CharField(
                choices=[
                    ("passed", "通过"),
                    ("to_fix", "要整改"),
                    ("fixed", "已整改"),
                    ("appealed", "有异议"),
                    ("void", "不算数"),
                ],
                max_length=10,
            ),
        ),
    ]
