from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_cover'),
    ]

    operations = [
        migrations.AlterField(
            model_name='appointment',
            name='role',
            field=models.CharField(choices=[('handler', 'Handler'), ('lead', 'Lead'), ('dispatcher', 'Dispatcher'), ('supervisor', 'Supervisor'), ('reviewer', 'Reviewer'), ('operator', 'Operator'), ('reader', 'Reader'), ('administrator', 'Administrator')], max_length=20),
        ),
    ]
