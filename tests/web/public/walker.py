"""A browser without scripts: it sees forms as HTML gives them, and presses their buttons."""

from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client


class Walker:
    """One resident's browser. ``page`` is the parsed page, ``response`` the last answer."""

    def __init__(self, *, checks: bool = True) -> None:
        self.client = Client(enforce_csrf_checks=checks)
        self.response: Any = HttpResponse()
        self.page = BeautifulSoup("", "html.parser")
        self.address = "/"

    def get(self, address: str) -> "Walker":
        """Open an address."""
        self.address = address.partition("?")[0]
        return self._arrive(self.client.get(address))

    def _arrive(self, response: Any) -> "Walker":
        for _step in range(5):
            if response.status_code not in (301, 302, 303):
                break
            self.address = response["Location"].partition("?")[0]
            response = self.client.get(response["Location"])
        self.response = response
        if not response.streaming:
            self.page = BeautifulSoup(response.content, "html.parser")
        return self

    @property
    def text(self) -> str:
        """Everything that can be read on the page."""
        return " ".join(self.page.get_text(" ").split())

    @property
    def status(self) -> int:
        """The last answer's status."""
        return int(self.response.status_code)

    def form(self, selector: str = "main form") -> Tag:
        """The first form that fits."""
        found = self.page.select_one(selector)
        assert found is not None, f"no {selector} on {self.address}: {self.text[:400]}"
        return found

    def fields(self, form: Tag) -> dict[str, list[str]]:
        """What the form would send if nothing were typed."""
        found: dict[str, list[str]] = {}
        for one in form.select("input[name], textarea[name], select[name]"):
            name, kind = str(one["name"]), str(one.get("type", ""))
            if kind in ("file", "image", "submit") or (
                kind in ("radio", "checkbox") and not one.has_attr("checked")
            ):
                continue
            found.setdefault(name, []).append(_value(one))
        return found

    def press(
        self,
        words: str,
        typed: Mapping[str, Any] | None = None,
        *,
        form: str = "main form",
        files: Mapping[str, Any] | None = None,
    ) -> "Walker":
        """Type into the form's boxes and press the button that bears ``words`` (or that name=value)."""
        chosen = self.form(form)
        data: dict[str, Any] = self.fields(chosen)
        for name, value in (typed or {}).items():
            assert chosen.select_one(f'[name="{name}"]'), f"no box {name} on {self.address}"
            data[name] = value
        button = self.button(chosen, words)
        if button.get("name"):
            data[str(button["name"])] = str(button.get("value", ""))
        target = str(button.get("formaction") or chosen.get("action") or self.address)
        self.address = target
        return self._arrive(self.client.post(target, {**data, **(files or {})}))

    def button(self, form: Tag, words: str) -> Tag:
        """The button that bears these words, or has this name=value."""
        for one in form.select("button"):
            named = f"{one.get('name')}={one.get('value')}"
            if (words in one.get_text() or words == named) and one.get("tabindex") != "-1":
                return one
        raise AssertionError(f"no button {words!r} on {self.address}: {self.text[:400]}")


def _value(one: Tag) -> str:
    if one.name == "textarea":
        return one.get_text().removeprefix("\n")
    if one.name == "select":
        chosen = one.select_one("option[selected]") or one.select_one("option")
        return str(chosen["value"]) if chosen else ""
    return str(one.get("value", "on"))


def photo(name: str = "坑.png") -> SimpleUploadedFile:
    """A small real picture."""
    from io import BytesIO

    from PIL import Image

    target = BytesIO()
    Image.new("RGB", (40, 30), "red").save(target, "PNG")
    return SimpleUploadedFile(name, target.getvalue(), content_type="image/png")


def to_text_page(walker: Walker, *, kind: str = "pothole", language: str = "") -> Walker:
    """Through the first two steps: the door "broken", a kind, no place."""
    walker.get(f"{language}/file/")
    walker.press("press=broken").press("go=next", {"category-1": kind})
    return walker.press("go=next")


TEXT = "老桥东头路面塌了一个坑。电动车摔了两次。"


def files_a_report(
    walker: Walker, *, text: str = TEXT, kind: str = "pothole", **typed: Any
) -> tuple[str, str]:
    """All the way to the receipt; returns reference and receipt as the page shows them."""
    to_text_page(walker, kind=kind)
    walker.press("go=next", {"text-1": text, **typed})
    walker.press("go=send")
    return shown_receipt(walker)


def shown_receipt(walker: Walker) -> tuple[str, str]:
    """Reference and receipt on the page after sending."""
    codes = walker.page.select(".receipt-code")
    assert codes, walker.text[:600]
    reference = codes[0].get_text(strip=True)
    return reference, "-".join(span.get_text(strip=True) for span in codes[1].select("span"))
