"""Every refusal has words in both languages, and no word is left without its refusal."""

import re

import pytest
from django.utils import translation

from gongshi.rules.references import BadReferenceError
from gongshi.safekeeping import labels
from gongshi.safekeeping.photos import UploadError
from gongshi.safekeeping.receipts import ReceiptError
from gongshi.safekeeping.tokens import TokenError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (UploadError, labels.UPLOADS),
        (ReceiptError, labels.RECEIPTS),
        (BadReferenceError, labels.REFERENCES),
        (TokenError, labels.TOKENS),
    ],
)
def test_every_code_has_words(error: type[ValueError], words: dict[str, object]) -> None:
    codes = set(re.findall(r"``(\w+)``", error.__doc__ or "")) - {"code"}
    assert codes == set(words)
    for code, text in words.items():
        with translation.override("zh-hans"):
            chinese = str(text)
        with translation.override("en"):
            english = str(text)
        assert re.search(r"[\u4e00-\u9fff]", chinese), code
        assert english.isascii(), code
