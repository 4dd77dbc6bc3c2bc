from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("safekeeping", "0004_key_pairs"),
    ]

    operations = [
        migrations.CreateModel(
            name="LastHead",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                ),
                ("batch", models.PositiveIntegerField()),
                ("size", models.BigIntegerField()),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
