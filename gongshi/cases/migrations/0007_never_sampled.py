"""PostgreSQL keeps no samples of published words among its statistics: there they would outlive what was taken back."""

from typing import Any

from django.db import migrations

from gongshi.safekeeping.scrubbing import never_sampled


def never_sample(_apps: Any, schema_editor: Any) -> None:
    never_sampled(schema_editor, "cases_publiccase", ["title", "text", "answer"])


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_break_glass"),
    ]

    operations = [
        migrations.RunPython(never_sample, migrations.RunPython.noop),
    ]
