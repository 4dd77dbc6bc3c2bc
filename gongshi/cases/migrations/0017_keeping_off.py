import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('cases', '0016_first_instance'),
    ]

    operations = [
        migrations.AddField(
            model_name='recusal',
            name='beneath',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='recusal',
            name='named_as',
            field=models.CharField(blank=True, db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='recusal',
            name='named_in',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office'),
        ),
    ]
