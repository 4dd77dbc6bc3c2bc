"""`gongshi set-password`: let a member of staff sign in."""

from pathlib import Path

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.secrets import made_password
from gongshi.config.terminal import both, failure


@click.command(help=both("给工作人员设登录密码。", "Set the password of a member of staff."))
@click.argument("login")
@instance_option
@click.option("--generate", is_flag=True, help=both("生成一个并显示一次", "make one and show it once"))
def command(login: str, directory: Path, generate: bool) -> None:
    """Ask for the password twice, or make one; nothing else is changed."""
    enter(directory)
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from gongshi.accounts.models import Staff

    staff = Staff.objects.filter(username=login, is_active=True).first()
    if staff is None:
        names = ", ".join(
            Staff.objects.filter(is_active=True).order_by("username").values_list("username", flat=True)[:20]
        )
        raise failure(
            f"没有这个登录名：{login}。有：{names}", f"nobody signs in as {login}; there are: {names}"
        )
    if generate:
        password = made_password()
    else:
        password = click.prompt(both("密码", "Password"), hide_input=True, confirmation_prompt=True)
    try:
        validate_password(password, staff)
    except ValidationError as refused:
        raise failure("密码太弱", " ".join(refused.messages)) from refused
    staff.set_password(password)
    staff.save(update_fields=["password"])
    click.echo(both(f"已设好：{login}", f"done: {login}"))
    if generate:
        click.echo(password)
