"""The indexes of a case's people go: nothing asks for all that somebody ever had, and PostgreSQL read through them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Named by Django from table and column, alike on both databases. Dropped by name, as SQLite would copy the table.
INDEXES = {
    "handler": "cases_case_handler_id_21cefe0d",
    "lead": "cases_case_lead_id_3e7fc465",
    "stand_in": "cases_case_stand_in_id_985f3323",
}


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0024_public_tally"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f'DROP INDEX IF EXISTS "{index}"',
                    f'CREATE INDEX IF NOT EXISTS "{index}" ON "cases_case" ("{name}_id")',
                )
                for name, index in INDEXES.items()
            ],
            state_operations=[
                migrations.AlterField(
                    "case",
                    name,
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                )
                for name in INDEXES
            ],
        ),
    ]
