from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0019_stand_in")]

    operations = [
        migrations.AddIndex(
            model_name="publiccase",
            index=models.Index(
                fields=["latitude", "longitude", "state", "category", "area"], name="public_on_the_map"
            ),
        ),
    ]
