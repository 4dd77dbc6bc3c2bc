"""A resident leaves no trace but the filing itself: no session, no address, no browser's name."""

import ast

from tests.structure.source import module_of, name_of, python_files, texts, tree

TELLING = {"REMOTE_ADDR", "REMOTE_HOST", "X_FORWARDED_FOR", "X_REAL_IP", "USER_AGENT", "REFERER"}
# Modules that may look at where a request comes from: the server's, to believe its own proxies alone; and the one that
# slows down guessing, in memory and never stored (docs/security/limits.md).
MAY_LOOK = {"gongshi.config.proxies", "gongshi.safekeeping.limits.sources"}


def test_residents_pages_keep_no_session() -> None:
    """A session row is a reading that is stored (promise 3); a visit lives in a sealed cookie instead."""
    keeping = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        if module_of(path).startswith("gongshi.web.public")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "session"
    ]
    assert keeping == []


def test_nothing_asks_where_a_request_comes_from() -> None:
    asking = [
        f"{name_of(path)}:{line}: {text}"
        for path in python_files()
        if module_of(path) not in MAY_LOOK
        for line, text in texts(path)
        if text.upper().replace("-", "_").removeprefix("HTTP_") in TELLING
    ]
    assert asking == []


def test_the_list_names_nothing_that_is_gone() -> None:
    assert {module_of(path) for path in python_files()} >= MAY_LOOK
