"""Filing without scripts: through the three steps to the receipt, and what is in the database then."""

import pytest

from gongshi.cases.models import Case, Filing
from gongshi.cases.queries import filing_by_receipt
from tests.cast import Town
from tests.web.public.walker import TEXT, Walker, files_a_report, to_text_page

pytestmark = pytest.mark.django_db


def test_a_report_without_scripts_ends_with_a_receipt_that_opens_it(town: Town, walker: Walker) -> None:
    reference, receipt = files_a_report(walker)
    filing, _ = filing_by_receipt(reference, receipt)
    case = Case.objects.get(filing=filing)
    assert case.office == town.offices["roads"]
    assert case.kind == "request"
    assert filing.channel == "web"
    assert filing.language == "zh"


def test_nothing_is_stored_before_the_last_press(walker: Walker) -> None:
    to_text_page(walker).press("go=next", {"text-1": TEXT})
    assert "看一遍" in walker.text
    assert Filing.objects.count() == 0
    walker.press("go=send")
    assert Filing.objects.count() == 1
