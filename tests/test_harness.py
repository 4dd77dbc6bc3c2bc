"""The ground that every other test stands on."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from tests.clock import Clock, local


def test_settings_come_from_this_runs_own_directory(instance_directory: Path) -> None:
    assert instance_directory.resolve() == settings.INSTANCE
    assert settings.TIME_ZONE == "Asia/Shanghai"
    assert settings.KEY_FILE.is_relative_to(settings.INSTANCE)


def test_clock_stands_still_and_moves_when_told(clock: Clock) -> None:
    assert timezone.now() == timezone.now() == local("2026-03-02 09:00")
    clock.advance(days=1, hours=2)
    assert timezone.localtime(timezone.now()).isoformat() == "2026-03-03T11:00:00+08:00"
