from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("residents_map", "0003_change_person")]

    operations = [
        migrations.AddField(
            model_name="household",
            name="planned_on",
            field=models.DateField(editable=False, null=True, verbose_name="定走访的日子"),
        ),
    ]
