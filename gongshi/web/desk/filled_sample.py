"""A template or a phrase as a resident would read it: filled in for a case that is made up, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from gongshi.accounts.queries import OfficeNode
from gongshi.bulletin.prepared import PARTS
from gongshi.places.queries import local_day, the_place
from gongshi.routing.queries import CategoryNode, leaves
from gongshi.rules.references import new_reference
from gongshi.rules.templates import filled
from gongshi.web.templatetags.gongshi import day
from gongshi.words import Words, in_language, pair

PLACE = pair("样例路1号门口", "1 Sample Road")
LANGUAGES = (("zh", "zh-hans", "zh-Hans"), ("en", "en", "en"))


@dataclass(frozen=True)
class Sample:
    """In one language: what stands in it, part by part."""

    lang: str
    name: str
    parts: list[str]


def samples_of(
    kind: str, words: Mapping[str, Words], office: OfficeNode, category: CategoryNode | None
) -> list[Sample]:
    """The words of one template or phrase, filled in; once in each language."""
    node = category or next(iter(leaves()), None)
    reference = new_reference(the_place().reference_prefix, bytes(5))
    found = []
    for code, locale, lang in LANGUAGES:
        with override(locale):
            filed_on = day(local_day(timezone.now()))
        values: dict[str, Any] = {
            "place": in_language(PLACE, code),
            "reference": reference,
            "filed_on": filed_on,
            "office": in_language(office.name, code),
            "phone": office.phone,
            "category": in_language(node.name, code) if node else "",
        }
        texts = [filled(words.get(part, {}).get(code, ""), values) for part in PARTS[kind] if part != "name"]
        name = words.get("name", {}).get(code, "")
        found.append(Sample(lang, name, [text for text in texts if text]))
    return found
