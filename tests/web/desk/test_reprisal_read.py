"""The page of a reported reprisal says because of what, and what asking after that would show."""

from collections.abc import Callable

import pytest
from django.test import Client

from gongshi.cases.actions.reprisals import report_reprisal
from gongshi.cases.drafts import Contact
from gongshi.safekeeping.receipts import new_receipt
from tests.cast import NOW, Town, case_of, lin_files

pytestmark = pytest.mark.django_db


def test_the_first_matter_is_named_with_a_warning(town: Town, sign_in: Callable[..., Client]) -> None:
    first = case_of(lin_files(town)[0])
    told = report_reprisal(first, "有人来过。", Contact(), receipt=new_receipt(), language="zh", at=NOW)
    page = sign_in("tang").get(f"/desk/cases/{told.filing.reference}/1/").content.decode()
    assert "因为哪一件受到打击、压力" in page
    assert "请先问来件人" in page
    assert first.filing.reference in page
