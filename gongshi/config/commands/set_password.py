"""`gongshi set-password`: let a member of staff sign in."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure

if TYPE_CHECKING:
    from gongshi.accounts.models import Staff


@click.command(
    help=both(
        "给自己设登录密码；给别人用 --code，对方自己设。",
        "Set your own password; for others use --code, with which they set theirs.",
    )
)
@click.argument("login")
@instance_option
@click.option(
    "--code",
    "by_code",
    is_flag=True,
    help=both(
        "给一个当面交的一次性的码，一天内有效", "a one-time code to hand over in person, good for a day"
    ),
)
@click.option(
    "--reset-factors",
    is_flag=True,
    help=both("同时清除第二步验证，也给一次性的码", "forget the second steps too; gives a one-time code"),
)
def command(login: str, directory: Path, by_code: bool, reset_factors: bool) -> None:
    """Ask for the password twice, or make a code; every session of that person ends."""
    enter(directory)
    staff = _member(login)
    if by_code or reset_factors:
        _hand_code(staff, reset_factors)
    else:
        _set(staff)


def _member(login: str) -> "Staff":
    from gongshi.accounts.models import Staff

    staff = Staff.objects.filter(username=login, is_active=True).first()
    if staff is not None:
        return staff
    names = ", ".join(
        Staff.objects.filter(is_active=True).order_by("username").values_list("username", flat=True)[:20]
    )
    raise failure(f"没有这个登录名：{login}。有：{names}", f"nobody signs in as {login}; there are: {names}")


def _set(staff: "Staff") -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from gongshi.accounts.actions import end_sessions

    password = click.prompt(both("密码", "Password"), hide_input=True, confirmation_prompt=True)
    try:
        validate_password(password, staff)
    except ValidationError as refused:
        raise failure("密码太弱", " ".join(refused.messages)) from refused
    staff.set_password(password)
    staff.save(update_fields=["password"])
    end_sessions(staff)
    click.echo(both(f"已设好：{staff.username}", f"done: {staff.username}"))


def _hand_code(staff: "Staff", reset_factors: bool) -> None:
    from django.conf import settings
    from django.utils import timezone

    from gongshi.accounts.actions import hand_code

    code = hand_code(staff, at=timezone.now(), reset_factors=reset_factors)
    where = f"{settings.BASE_URL}/desk/login/first/"
    click.echo(
        both(
            f"{staff.username} 的旧密码已作废。请把这个码当面交给本人，一天内在 {where} 用一次",
            f"the old password of {staff.username} is void. Hand them this code in person; it works there once, "
            "within a day",
        )
    )
    if reset_factors:
        click.echo(both("第二步验证已清除", "their second steps are forgotten"))
    click.echo(code)
