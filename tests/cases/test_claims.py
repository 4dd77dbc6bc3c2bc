"""Claim codes: what staff typed in is taken over once, by whoever has the code, and opened by nothing else."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError

from gongshi.accounts.models import Appointment, Staff
from gongshi.accounts.queries import actor_for
from gongshi.accounts.rights import NotAllowed
from gongshi.cases import claiming, engine, jobs
from gongshi.cases.actions.claims import claim_filing, print_letter, reissue
from gongshi.cases.actions.conversation import add_for_caller
from gongshi.cases.actions.erasure import erase_due, withdraw_all
from gongshi.cases.actions.filing import AboutOwnOffice, Filed, file_filing
from gongshi.cases.actions.looks import open_content
from gongshi.cases.by_phone import AskedTooOften, status_by_phone
from gongshi.cases.claiming import HandingRefused
from gongshi.cases.drafts import Contact, Handing, NewFiling, PublicCopy
from gongshi.cases.models import Case, Claim, Consent, Filing, History, Receipt
from gongshi.cases.queries import NotFound, cases_visible_to, filing_by_receipt
from gongshi.cases.reading import KeyClosed, key_of, keys_of_stand_in
from gongshi.cases.visiting import Visitor, own_case, own_contact
from gongshi.notifications.jobs import deliver
from gongshi.notifications.models import OutboxRow, State
from gongshi.notifications.transports import Transports
from gongshi.notifications.transports.notices import Notice, Sent
from gongshi.places.snapshots import forget
from gongshi.safekeeping.claim_codes import claim_code_of, open_stand_in, phone_code_of
from gongshi.safekeeping.models import Recipient, Wrap
from gongshi.safekeeping.receipts import new_receipt
from gongshi.safekeeping.sealing import SealError
from gongshi.words import pair
from tests.cast import NOW, Town, lin_files, matter, resident

CALLER = Contact(name="林女士", phone="13800000000", address="河街8号", notify="sms")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def operator(town: Town):
    """Operator Fan, at Water; she holds no other role."""
    staff = Staff.objects.create_user("fan", None, name=pair("范", "Fan"))
    Appointment.objects.create(staff=staff, office=town.offices["water"], role="operator")
    forget()
    town.staff["fan"] = staff
    return actor_for(staff)


def called(town: Town, operator, *matters, way: str = "sms", receipt: str = "") -> tuple[Filed, str]:
    """Fan takes a call; the filing, and the receipt of chance that stands in."""
    receipt = receipt or new_receipt()
    office = town.offices["water"].id if way in ("letter", "pick_up") else None
    contact = CALLER if way == "sms" else Contact(name=CALLER.name, address=CALLER.address)
    new = NewFiling(
        matters=matters or (matter(town),),
        language="zh",
        channel="phone",
        contact=contact,
        handing=Handing(way, office),
    )
    return file_filing(new, receipt=receipt, actor=operator, at=NOW), receipt


def claimed(filed: Filed, stand_in: str) -> Visitor:
    receipt = new_receipt()
    filing, row = claim_filing(filed.filing.reference, claim_code_of(stand_in), receipt=receipt, at=LATER)
    return Visitor(filing, row.id, receipt)


def test_the_code_makes_a_receipt_that_opens_everything(town: Town, operator) -> None:
    filed, stand_in = called(town, operator, matter(town), matter(town, "leak", text="水管漏水。"))
    visitor = claimed(filed, stand_in)
    assert own_case(visitor, 1).file.text.startswith("老桥东头")
    assert own_case(visitor, 2).file.text == "水管漏水。"
    assert own_contact(visitor)["phone"] == "13800000000"
    assert filing_by_receipt(visitor.filing.reference, visitor.receipt)[0] == visitor.filing
    assert Filing.objects.get().claimed


def test_what_stood_in_dies(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    claimed(filed, stand_in)
    with pytest.raises(NotFound):
        filing_by_receipt(filed.filing.reference, stand_in)
    assert not Claim.objects.exists()
    assert not Wrap.objects.filter(recipient_id=filed.receipt_id).exists()


def test_row_47_a_code_is_good_once(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    claimed(filed, stand_in)
    with pytest.raises(NotFound):
        claimed(filed, stand_in)
    assert Receipt.objects.filter(revoked_at=None).count() == 1


def test_the_same_receipt_again_is_the_same_claim(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    receipt, code = new_receipt(), claim_code_of(stand_in)
    first = claim_filing(filed.filing.reference, code, receipt=receipt, at=LATER)
    assert claim_filing(filed.filing.reference, code, receipt=receipt, at=LATER) == first
    assert History.objects.filter(code="case.claimed").count() == 1


def test_of_two_at_once_one_wins(town: Town, operator, monkeypatch: pytest.MonkeyPatch) -> None:
    filed, stand_in = called(town, operator)
    stale = Claim.objects.select_related("filing", "receipt").get()
    keys = keys_of_stand_in(stale, claim_code_of(stand_in), claiming.subjects_of(stale.filing))
    winner = claimed(filed, stand_in)
    monkeypatch.setattr("gongshi.cases.actions.claims.open_claim", lambda *_: stale)
    monkeypatch.setattr("gongshi.cases.actions.claims.keys_of_stand_in", lambda *_: keys)
    with pytest.raises(NotFound):
        claimed(filed, stand_in)
    assert own_case(winner, 1)
    assert Wrap.objects.filter(recipient=Recipient.RECEIPT).count() == 2


def test_where_a_restore_brought_a_used_code_back_it_opens_nothing(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    Wrap.objects.filter(
        recipient_id=filed.receipt_id
    ).delete()  # the store of keys is not restored with the rows
    with pytest.raises(NotFound):
        claimed(filed, stand_in)


@pytest.mark.parametrize(
    "code",
    ["", "7G2K-M4QX-0V9T-3NRB", "7G2K-M4QX", "U" * 16, "x" * 500],
    ids=["none", "wrong", "short", "odd", "long"],
)
def test_what_is_no_code_opens_nothing(town: Town, operator, code: str) -> None:
    filed, _ = called(town, operator)
    with pytest.raises(NotFound):
        claim_filing(filed.filing.reference, code, receipt=new_receipt(), at=LATER)


def test_a_code_belongs_to_its_reference(town: Town, operator) -> None:
    _, stand_in = called(town, operator)
    other, _ = called(town, operator)
    with pytest.raises(NotFound):
        claim_filing(other.filing.reference, claim_code_of(stand_in), receipt=new_receipt(), at=LATER)


def test_row_47_a_code_grows_too_old(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    after = NOW + claiming.GOOD_FOR
    with pytest.raises(NotFound):
        claim_filing(filed.filing.reference, claim_code_of(stand_in), receipt=new_receipt(), at=after)
    assert jobs.expire_claims(after - timedelta(seconds=1)) == 0
    assert jobs.expire_claims(after) == 1
    assert not Wrap.objects.filter(recipient=Recipient.RECEIPT).exists()
    assert Wrap.objects.filter(subject=Case.objects.get().id, recipient=Recipient.INSTANCE).exists()
    assert not Receipt.objects.exists()


class Caught(list[Notice]):
    """What would have been sent."""

    def send(self, _channel: str, notice: Notice) -> Sent:
        self.append(notice)
        return Sent()


@pytest.fixture
def caught(monkeypatch: pytest.MonkeyPatch) -> Caught:
    found = Caught()
    monkeypatch.setattr(Transports, "send", lambda _, channel, notice: found.send(channel, notice))
    return found


def test_the_code_goes_out_by_message_and_is_forgotten(town: Town, operator, caught: Caught) -> None:
    filed, stand_in = called(town, operator)
    row = OutboxRow.objects.get()
    assert claim_code_of(stand_in) not in str(vars(row))
    assert deliver("w", NOW)[State.SENT] == 1
    (sent,) = caught
    assert sent.to == "13800000000"
    assert claim_code_of(stand_in) in sent.text
    assert filed.filing.reference in sent.text
    assert Claim.objects.get().told is None
    assert not Wrap.objects.filter(subject=Claim.objects.get().id).exists()
    assert claimed(filed, stand_in)


def test_a_code_that_was_used_is_not_sent(town: Town, operator, caught: Caught) -> None:
    filed, stand_in = called(town, operator)
    claimed(filed, stand_in)
    assert deliver("w", NOW)[State.DROPPED] == 1
    assert caught == []


def test_a_letter_is_printed_once(town: Town, operator) -> None:
    filed, stand_in = called(town, operator, way="letter")
    (claim,) = claiming.letters_of(operator, LATER)
    _, told = print_letter(claim.id, actor=operator, at=LATER)
    assert (told.code, told.name, told.address) == (claim_code_of(stand_in), "林女士", "河街8号")
    with pytest.raises(NotFound):
        print_letter(claim.id, actor=operator, at=LATER)
    assert not claiming.letters_of(operator, LATER).exists()
    printed = History.objects.get(code="case.letter_printed")
    assert (printed.by, printed.office_id) == ("operator", town.offices["water"].id)
    assert claimed(filed, stand_in)


def test_only_the_office_named_prints_it(town: Town, operator) -> None:
    called(town, operator, way="pick_up")
    Appointment.objects.create(staff=town.staff["zhou"], office=town.offices["roads"], role="operator")
    forget()
    claim = Claim.objects.get()
    for name in ("zhou", "ma", "qin"):
        with pytest.raises(NotFound):
            print_letter(claim.id, actor=town.actor(name), at=LATER)


def test_a_sealed_matter_is_opened_by_the_code_and_never_by_the_instance(town: Town, operator) -> None:
    subject = town.offices["roads"].id
    filed, stand_in = called(
        town, operator, matter(town, "conduct", text="道路所收钱不办事。", subject=subject), way="at_once"
    )
    claim = Claim.objects.get()
    assert claim.told is None
    for subject_id in (filed.filing.id, Case.objects.get().id):
        with pytest.raises(KeyClosed):
            key_of(subject_id)
        assert not Wrap.objects.filter(subject=subject_id, recipient=Recipient.INSTANCE).exists()
    with pytest.raises(SealError):
        open_stand_in(claim.stand_in, claim_code_of(new_receipt()), row=claim.id)
    visitor = claimed(filed, stand_in)
    assert own_case(visitor, 1).file.text == "道路所收钱不办事。"
    assert not Wrap.objects.filter(recipient_id=filed.receipt_id).exists()


@pytest.mark.parametrize("way", ["sms", "letter", "pick_up"])
def test_nothing_of_a_sealed_matter_goes_out_or_waits(town: Town, operator, way: str) -> None:
    with pytest.raises(HandingRefused, match="paper_only"):
        called(town, operator, matter(town, "quarrel"), way=way)
    assert not Filing.objects.exists()


def test_a_complaint_about_their_own_office_is_not_taken_down(town: Town, operator) -> None:
    for office in ("water", "hall"):
        with pytest.raises(AboutOwnOffice):
            called(town, operator, matter(town, "conduct", subject=town.offices[office].id), way="at_once")
    assert not Filing.objects.exists()


def test_staff_who_take_no_calls_file_nothing(town: Town) -> None:
    with pytest.raises(NotAllowed, match=r"call\.take"):
        called(town, town.actor("ma"))


def test_the_operator_sees_nothing_of_it_afterwards(town: Town, operator) -> None:
    called(town, operator, matter(town, "leak"))
    case = Case.objects.get()
    assert case.office == town.offices["water"]  # her own office has it
    assert not cases_visible_to(operator).exists()
    with pytest.raises((NotAllowed, NotFound)):
        open_content(case, operator, why="assignment", at=LATER)


def test_nothing_is_agreed_to_for_a_caller(town: Town, operator) -> None:
    called(town, operator, matter(town, public=PublicCopy("坑", "老桥东头路面塌了一个坑。")))
    assert not Consent.objects.exists()


def test_it_was_the_operator_who_registered_it(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    assert History.objects.get().by == "operator"
    visitor = claimed(filed, stand_in)
    assert [event.by for event in own_case(visitor, 1).file.events] == ["operator", "resident"]


def test_the_form_sent_again_is_the_same_filing(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    again, _ = called(town, operator, receipt=stand_in)
    assert (again.filing, again.created) == (filed.filing, False)
    claimed(filed, stand_in)
    again, _ = called(town, operator, receipt=stand_in)
    assert (again.filing, again.created) == (filed.filing, False)


def test_what_is_erased_can_not_be_claimed(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    visitor = claimed(filed, stand_in)
    withdraw_all(visitor.filing, erase=True, actor=resident_of(visitor), at=LATER)
    erase_due(LATER + timedelta(days=20), 10)
    assert Filing.objects.get().phone_code is None
    other, _ = called(town, operator)
    Case.objects.filter(filing=other.filing).update(erased_at=LATER, erase_on=LATER.date())
    erase_due(LATER, 10)
    assert not Claim.objects.exists()
    assert not Receipt.objects.filter(filing=other.filing).exists()


def resident_of(visitor: Visitor):
    from gongshi.accounts.actors import Resident

    return Resident(visitor.filing.id, visitor.receipt_id, visitor.receipt)


def test_sweeping_keys_leaves_those_of_claims(town: Town, operator) -> None:
    called(town, operator)
    assert jobs.sweep_keys(NOW + timedelta(days=2)) == 0
    assert Wrap.objects.filter(subject=Claim.objects.get().id).exists()


def test_a_claim_stands_alone(town: Town, operator) -> None:
    called(town, operator)
    claim = Claim.objects.get()
    claim.pk = None
    with pytest.raises(IntegrityError):
        claim.save(force_insert=True)


# By telephone


def test_the_six_digits_tell_stage_and_date(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    (found,) = status_by_phone(operator, filed.filing.reference, phone_code_of(stand_in))
    assert (found.case.filing, found.case.stage) == (filed.filing, "received")
    assert found.clocks
    claimed(filed, stand_in)
    assert status_by_phone(operator, filed.filing.reference, phone_code_of(stand_in))


def test_wrong_digits_are_few_and_alike(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    web, _ = lin_files(town)
    right = phone_code_of(stand_in)
    wrong = "000000" if right != "000000" else "000001"
    for reference in (filed.filing.reference, web.filing.reference, "TT-0000-0000-0"):
        for _ in range(4):
            with pytest.raises(NotFound):
                status_by_phone(operator, reference, wrong)
        with pytest.raises(AskedTooOften):
            status_by_phone(operator, reference, wrong)
    with pytest.raises(AskedTooOften):
        status_by_phone(operator, filed.filing.reference, right)


def test_a_sealed_matter_is_told_to_no_telephone(town: Town, operator) -> None:
    subject = town.offices["roads"].id
    filed, stand_in = called(
        town, operator, matter(town), matter(town, "conduct", subject=subject), way="at_once"
    )
    with pytest.raises(NotFound):
        status_by_phone(operator, filed.filing.reference, phone_code_of(stand_in))
    assert filed.filing.phone_code is None


def test_only_operators_are_asked(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    with pytest.raises(NotAllowed, match=r"call\.take"):
        status_by_phone(town.actor("zhou"), filed.filing.reference, phone_code_of(stand_in))


def test_residents_of_the_web_stay_as_they_were(town: Town) -> None:
    filed, _ = lin_files(town)
    assert not Claim.objects.exists()
    assert filed.filing.phone_code is None
    assert own_case(Visitor(filed.filing, filed.receipt_id, resident(filed).receipt), 1)


def test_an_operator_does_nothing_else_for_a_caller(town: Town, operator) -> None:
    """No confirming, replying, reopening, escalating, withdrawing: no move of any procedure is theirs."""
    called(town, operator)
    case = Case.objects.select_related("filing", "promise").get()
    assert engine.moves_for(case, operator, LATER) == []
    with pytest.raises(NotAllowed):
        withdraw_all(case.filing, erase=True, actor=operator, at=LATER)


def test_words_are_added_for_a_caller_only_until_the_claim(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    case = Case.objects.select_related("filing").get()
    add_for_caller(case, "今天又摔了一个人。", actor=operator, at=LATER)
    visitor = claimed(filed, stand_in)
    own = own_case(visitor, 1).file
    assert [message.text for message in own.messages] == ["今天又摔了一个人。"]
    assert [event.by for event in own.events] == ["operator", "operator", "resident"]
    with pytest.raises(NotFound):
        add_for_caller(Case.objects.select_related("filing").get(), "还有", actor=operator, at=LATER)
    web, _ = lin_files(town)
    with pytest.raises(NotFound):
        add_for_caller(
            Case.objects.select_related("filing").get(filing=web.filing), "啊", actor=operator, at=LATER
        )


# Lost


def test_a_lost_receipt_is_replaced_through_the_contact_left(town: Town, operator, caught: Caught) -> None:
    filed, old = lin_files(town)
    mine = resident(filed)
    claim = reissue(filed.filing.reference, "", Handing("email"), actor=operator, at=LATER)
    assert filing_by_receipt(filed.filing.reference, old)[0] == filed.filing  # until the new one is used
    deliver("w", LATER)
    sent = next(one for one in caught if "认领码" in one.text)
    assert sent.to == "lin@example.org"
    code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", sent.text.replace(filed.filing.reference, ""))[0]
    receipt = new_receipt()
    filing, row = claim_filing(filed.filing.reference, code, receipt=receipt, at=LATER)
    assert own_case(Visitor(filing, row.id, receipt), 1).file.text.startswith("老桥")
    with pytest.raises(NotFound):
        filing_by_receipt(filed.filing.reference, old)
    assert not Wrap.objects.filter(recipient_id__in=[mine.receipt_id, claim.receipt_id]).exists()
    codes = [event.code for event in own_case(Visitor(filing, row.id, receipt), 1).file.events]
    assert codes == ["case.opened", "case.code_reissued", "case.claimed"]
    assert not Filing.objects.get().claimed  # nobody typed it in


def test_a_new_code_voids_the_one_before(town: Town, operator) -> None:
    filed, stand_in = called(town, operator)
    reissue(filed.filing.reference, "", Handing("sms"), actor=operator, at=LATER)
    with pytest.raises(NotFound):
        claimed(filed, stand_in)
    assert Claim.objects.count() == 1
    assert not Wrap.objects.filter(recipient_id=filed.receipt_id).exists()


def test_paper_takes_the_six_digits_and_a_desk_that_handles_nothing_of_it(town: Town, operator) -> None:
    Appointment.objects.create(staff=town.staff["tang"], office=town.offices["hall"], role="operator")
    forget()
    filed, stand_in = called(town, operator)
    reference, roads, hall = filed.filing.reference, town.offices["roads"].id, town.offices["hall"].id
    with pytest.raises(NotFound):
        reissue(reference, "", Handing("pick_up", hall), actor=operator, at=LATER)
    digits = phone_code_of(stand_in)
    with pytest.raises(HandingRefused, match="handles_it"):
        reissue(reference, digits, Handing("pick_up", roads), actor=operator, at=LATER)
    assert claimed(filed, stand_in)  # a refusal voids nothing
    assert reissue(reference, digits, Handing("pick_up", hall), actor=operator, at=LATER).office_id == hall
    web, _ = lin_files(town)
    with pytest.raises(NotFound):
        reissue(web.filing.reference, digits, Handing("letter", hall), actor=operator, at=LATER)


def test_nobody_here_replaces_the_receipt_of_a_sealed_matter(town: Town, operator) -> None:
    subject = town.offices["roads"].id
    filed, _ = called(town, operator, matter(town, "conduct", subject=subject), way="at_once")
    for way in ("sms", "email", "letter"):
        with pytest.raises(NotFound):
            reissue(filed.filing.reference, "", Handing(way), actor=operator, at=LATER)
    web, _ = lin_files(town)
    with pytest.raises(HandingRefused, match="no_contact"):
        reissue(web.filing.reference, "", Handing("sms"), actor=operator, at=LATER)
    with pytest.raises(NotAllowed):
        reissue(web.filing.reference, "", Handing("email"), actor=town.actor("zhou"), at=LATER)
    assert Claim.objects.count() == 1


def test_new_codes_are_few(town: Town, operator) -> None:
    filed, _ = called(town, operator)
    for _ in range(2):
        reissue(filed.filing.reference, "", Handing("sms"), actor=operator, at=LATER)
    with pytest.raises(AskedTooOften):
        reissue(filed.filing.reference, "", Handing("sms"), actor=operator, at=LATER)
