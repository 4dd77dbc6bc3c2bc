from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('cases', '0017_keeping_off'),
    ]

    operations = [
        migrations.CreateModel(
            name='CallDraft',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=12)),
                ('mark', models.CharField(max_length=16)),
                ('content', models.BinaryField()),
                ('saved_at', models.DateTimeField(db_index=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('staff', 'name'), name='call_draft_once')],
            },
        ),
    ]
