"""Getting the answers: from options, from somebody at a terminal, or the defaults."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import click

from gongshi.config.founding.answers import QUESTIONS, Answers, Question, Unusable, answered
from gongshi.config.terminal import both

SHORTEST = 12


def collected(
    answers: Answers,
    given: Mapping[str, str | None],
    *,
    ask: bool,
    questions: Sequence[Question] = QUESTIONS,
) -> Answers:
    """All answers: given ones are checked, the others asked for at the terminal or taken by default.

    Raises click.BadParameter (exit code 2) for a given answer that cannot be used; a typed one is asked for again.
    """
    for question in questions:
        text = given.get(question.name)
        if text is None and ask and _matters(question, answers):
            answers = _asked(question, answers)
            continue
        answers = _taken(question, answers, question.default(answers) if text is None else text)
    return answers


def _matters(question: Question, answers: Answers) -> bool:
    """Nobody is asked for a sender where no mail is sent, nor for proxies on their own machine."""
    if question.name == "mail_from":
        return bool(answers.smtp_url)
    if question.name == "trusted_proxies":
        return answers.is_public
    return True


def option_of(name: str) -> str:
    """The option that gives the answer."""
    return "--" + name.replace("_", "-")


def _taken(question: Question, answers: Answers, text: str) -> Answers:
    try:
        return answered(answers, question, text)
    except Unusable as error:
        raise click.BadParameter(str(error), param_hint=option_of(question.name)) from error


def _asked(question: Question, answers: Answers) -> Answers:
    while True:
        text = click.prompt(
            both(question.words["zh"], question.words["en"]),
            default=question.default(answers),
            show_default=True,
        )
        try:
            return answered(answers, question, text)
        except Unusable as error:
            click.echo(f"  {error}", err=True)


def with_password(answers: Answers, *, ask: bool) -> Answers:
    """The answers with the administrator's password; without one they get a one-time code instead."""
    while ask:
        typed = click.prompt(
            both(
                "管理员的密码（留空：给一个一次性的码）",
                "The administrator's password (empty: a one-time code)",
            ),
            default="",
            show_default=False,
            hide_input=True,
            confirmation_prompt=both("再输一次", "once more"),
        )
        if not typed:
            break
        if not (weakness := _weakness(typed)):
            return replace(answers, password=typed)
        click.echo(f"  {weakness}", err=True)
    return answers


def _weakness(password: str) -> str:
    from django.contrib.auth.password_validation import CommonPasswordValidator
    from django.core.exceptions import ValidationError

    if len(password) < SHORTEST:
        return both(f"至少{SHORTEST}个字符", f"at least {SHORTEST} characters")
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return both("太常见的密码", "too common a password")
    return ""
