"""Checks of the tree of categories, and of where matters about an office can go."""

from gongshi.formats.pack.faults import pair
from gongshi.formats.pack.parts import Parts


def check_categories(parts: Parts) -> None:
    """Groups hold categories and have no procedure; leaves have a procedure, a kind and a door."""
    holding = {category.parent for category in parts.categories}
    for n, category in enumerate(parts.categories):
        path = ("category", n)
        if category.code in holding:
            _check_group(parts, n)
        elif not category.procedure:
            what = pair("既没有流程，也不包含别的类别。", "It has no procedure and holds no other category.")
            fix = pair(
                "写上 procedure；或让别的类别以它为 parent。", "Give it a procedure, or make it a parent."
            )
            parts.fault("categories.toml", path, what, fix)
        else:
            for key, value in (("kind", category.kind), ("door", category.door)):
                if not value and key not in parts.sheets["categories.toml"].data["category"][n]:
                    what = pair(
                        f"可以提交的类别要写 {key}。", f"A category that can be filed under needs its {key}."
                    )
                    fix = pair("写法见 docs/guides/packs.md。", "docs/guides/packs.md lists what it may be.")
                    parts.fault("categories.toml", path, what, fix)


def warn_about_procedures(parts: Parts) -> None:
    """A procedure that no category uses does no harm, but was hardly meant."""
    for code in sorted(set(parts.procedures) - {category.procedure for category in parts.categories}):
        file = parts.file_of("procedures", code)
        what = pair(f"没有类别用“{code}”这个流程。", f'No category uses the procedure "{code}".')
        fix = pair("在 categories.toml 里用它，或删掉。", "Use it in categories.toml, or delete it.")
        parts.fault(file, (), what, fix, severity="warning")


def _check_group(parts: Parts, index: int) -> None:
    category = parts.categories[index]
    for key, there in (
        ("procedure", bool(category.procedure)),
        ("promise", category.promise is not None),
        ("questions", bool(category.questions)),
    ):
        if there:
            what = pair(f"它包含别的类别，不能有 {key}。", f"It holds other categories, so it has no {key}.")
            fix = pair("写到它下面的类别里。", "Write it in the categories beneath.")
            parts.fault("categories.toml", ("category", index, key), what, fix)


def check_conduct(parts: Parts) -> None:
    """Matters about an office go to the level above it, never to it; so there must be one, or another route."""
    if not any(category.kind == "conduct" for category in parts.categories) or parts.place is None:
        return
    beneath = {office.above for office in parts.offices}
    for n, office in enumerate(parts.offices):
        if office.above is None and office.code not in beneath and len(parts.offices) > 1:
            what = pair(
                "没有上级，反映它的事项无处可去。", "Nobody is above it: matters about it could go nowhere."
            )
            fix = pair("写上 above。", "Name the office above.")
            parts.fault("offices.toml", ("office", n), what, fix)
    if not parts.place.routes:
        what = pair(
            "可以反映单位的做法，却没有写别的途径；反映最上级单位的人要知道去哪里。",
            "Matters about offices can be filed, but no other route is named; whoever has one about the topmost "
            "office must be told where to turn.",
        )
        fix = pair("至少写一个 [[routes]]。", "Add one [[routes]] at least.")
        parts.fault("pack.toml", ("routes",), what, fix)
