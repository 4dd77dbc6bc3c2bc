"""Writes the OpenAPI description that the tests compare with: ``python -m tests.api.write_description``."""

import json
import os

import tests.instance  # noqa: F401  the settings' instance


def main() -> None:
    """Write the file."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongshi.config.settings")
    django.setup()
    from tests.api.test_description import SNAPSHOT, described

    SNAPSHOT.write_text(json.dumps(described(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
