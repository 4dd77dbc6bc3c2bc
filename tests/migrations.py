"""``python -m tests.migrations`` fails when a model has changed and no migration says so.

The command needs no database and no instance: it compares models with migrations, in a directory of its own.
"""

import os
import sys

import tests.instance  # noqa: F401 the instance directory, before Django reads its settings


def main() -> int:
    """Runs Django's own check; prints what is missing."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "gongshi.config.settings"
    import django
    from django.core.management import call_command

    django.setup()
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        print("Run makemigrations and commit what it writes.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
