from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0021_public_index")]

    operations = [
        migrations.AddIndex(
            model_name="publiccase",
            index=models.Index(fields=["category", "area", "-filed_on"], name="public_alike"),
        ),
    ]
