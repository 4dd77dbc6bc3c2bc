"""Whether figures that a case is counted in are out already. The figures stand above: they register who says so."""

from collections.abc import Callable

from gongshi.cases.models import Case

Asked = Callable[[Case], bool]
_asked: list[Asked] = []


def register(asked: Asked) -> None:
    """Let this say it: in the `ready` of the app that releases figures. Raises ValueError for a second one."""
    if _asked:
        raise ValueError("whether figures are out is said twice")
    _asked.append(asked)


def figures_are_out(case: Case) -> bool:
    """Whether something was released that counts this case. A copy shown now could make counts beside it known."""
    return any(asked(case) for asked in _asked)
