import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

IN_COMMON = ("area_id", "state", "latitude", "longitude")


def count_all(apps: Any, editor: Any) -> None:
    """What is published already is counted once. To a replica its main server sends the counts as well."""
    if settings.REPLICA_OF:
        return
    tally, using = apps.get_model("cases", "PublicTally"), editor.connection.alias
    found = apps.get_model("cases", "PublicCase").objects.using(using).order_by().values(*IN_COMMON)
    tally.objects.using(using).bulk_create(
        [tally(**row, loose=False) for row in found.annotate(more=models.Count("pk"))], batch_size=1_000
    )


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0023_companions'),
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicTally',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(max_length=12)),
                ('latitude', models.FloatField(null=True)),
                ('longitude', models.FloatField(null=True)),
                ('more', models.IntegerField()),
                ('loose', models.BooleanField(default=True)),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('loose', True)), fields=['loose'], name='tally_loose')],
            },
        ),
        migrations.RunPython(count_all, migrations.RunPython.noop),
    ]
