"""Withdrawing, erasing and changing one's mind by program: one matter of the filing, or all of it."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from gongshi.api.own.doing import CHANGES, Number, by_visit, changed, visitor_of
from gongshi.api.own.shapes import OwnOut
from gongshi.cases.actions.erasure import keep_after_all, keep_all, withdraw, withdraw_all
from gongshi.cases.queries import case_of
from gongshi.cases.visiting import resident

router = Router(tags=["own filing"])
DONE = {200: OwnOut, **CHANGES}


class WithdrawIn(Schema):
    """``erase``: what was written goes, too, on the day that the filing then tells."""

    erase: bool = False


class KeepIn(Schema):
    """``work``: it goes on where it stood; else what was written is kept and no more."""

    work: bool = True


@router.post("/filing/withdrawal", response=DONE, auth=by_visit, url_name="own_withdrawal")
def own_withdrawal(request: HttpRequest, how: WithdrawIn) -> dict[str, Any]:
    """Withdraw every matter of the filing, and erase it where that is asked."""
    return _left(request, how)


@router.post(
    "/filing/matters/{number}/withdrawal", response=DONE, auth=by_visit, url_name="own_matter_withdrawal"
)
def own_matter_withdrawal(request: HttpRequest, number: Number, how: WithdrawIn) -> dict[str, Any]:
    """Withdraw one matter, from any stage; with ``erase`` what was written goes, too."""
    return _left(request, how, number)


@router.post("/filing/keeping", response=DONE, auth=by_visit, url_name="own_keeping")
def own_keeping(request: HttpRequest, how: KeepIn) -> dict[str, Any]:
    """Change one's mind about every withdrawn matter."""
    return _left(request, how)


@router.post("/filing/matters/{number}/keeping", response=DONE, auth=by_visit, url_name="own_matter_keeping")
def own_matter_keeping(request: HttpRequest, number: Number, how: KeepIn) -> dict[str, Any]:
    """Change one's mind about one withdrawn matter."""
    return _left(request, how, number)


def _left(request: HttpRequest, how: WithdrawIn | KeepIn, number: int = 0) -> dict[str, Any]:
    """Leave, or stay after all: matter ``number``, 0 for all of the filing."""
    visitor = visitor_of(request)
    each, every = (withdraw, withdraw_all) if isinstance(how, WithdrawIn) else (keep_after_all, keep_all)

    def action(at: Any) -> None:
        chosen: dict[str, Any] = {**how.dict(), "actor": resident(visitor), "at": at}
        if number:
            each(case_of(visitor.filing, number), **chosen)
        else:
            every(visitor.filing, **chosen)

    return changed(request, action)
