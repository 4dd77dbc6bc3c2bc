"""PostgreSQL keeps no samples of wrapped keys among its statistics: there a destroyed one would outlive its row."""

from typing import Any

from django.db import migrations

from gongshi.safekeeping.scrubbing import never_sampled

TABLES = ("wrap", "lockedkey", "keywrap")


def never_sample(_apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        never_sampled(schema_editor, f"safekeeping_{table}", ["sealed"])


class Migration(migrations.Migration):
    dependencies = [
        ("safekeeping", "0005_last_head"),
    ]

    operations = [
        # The hint sends it to the wraps store.
        migrations.RunPython(never_sample, migrations.RunPython.noop, hints={"model_name": "wrap"}),
    ]
