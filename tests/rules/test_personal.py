"""What is marked before a text becomes public, what stays, and that no text makes it slow."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.rules.personal import KINDS, REASONS, is_card, is_identity, marks
from gongshi.rules.redaction import is_reduction, mask

NAMES = ("周敏", "Zhou Min", "Li")
KEEP = ("0571-6612 345",)


def masked(text: str) -> str:
    return mask(text, [(one.start, one.end) for one in marks(text, names=NAMES, keep=KEEP)])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("请打13800000000找我", "请打▇找我"),
        ("电话138-0000-0000。", "电话▇。"),
        ("Call +86 138 0000 0000.", "Call ▇."),
        ("座机6612399", "座机▇"),
        ("身份证11010119900101123X。", "身份证▇。"),
        ("卡号6222 0200 1234 5678 901", "卡号▇"),
        ("写信到lin@example.org。", "写信到▇。"),
        ("来件QH-4F7K-2M9P-3/2已办", "来件▇已办"),
        ("车牌浙A·12345和京AD12345已拖走", "车牌▇和▇已拖走"),
        ("加微信：abc_12345", "加微信：▇"),
        ("到幸福路12号3号楼2单元501室看过", "到幸福路▇看过"),
        ("三号楼二单元漏水", "▇漏水"),
        ("12-3-501的水表", "▇的水表"),
        ("501房", "▇"),
        ("We came to Flat 3B, 12 Long River Road.", "We came to ▇, ▇."),
        ("王先生您好，李秀兰女士也来过", "▇先生您好，▇女士也来过"),
        ("欧阳师傅修好了", "▇师傅修好了"),
        ("Dear Mr. Brown Smith, we saw Mrs Lee.", "Dear Mr. ▇, we saw Mrs ▇."),
        ("找周敏，or Zhou Min, or Li", "找▇，or ▇, or ▇"),
    ],
)
def test_what_goes(text: str, left: str) -> None:
    assert masked(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "3月3日到现场看了，坑深十厘米，已补好。",
        "2026-11-27 18:00以前完成；2026/3/5开工。",
        "打0571-6612345或者12345、110。",
        "电话（0571）6612345",
        "拨款1200000元，铺了1500000平方米。",
        "依据国务院令第752号第12条。",
        "老桥东头、政务中心一楼、办公室。",
        "The light by Light Street was out; No entry.",
        "高度重视，和平路已通车。",
    ],
)
def test_what_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        ("１３８００００００００", "phone.mobile", "１３８００００００００"),
        ("打一三八零零零零零零零零吧", "phone.spelled", "一三八零零零零零零零零"),
        ("打（0571）66123999转801", "phone.landline", "（0571）66123999转801"),
        ("Call +44 20 7946 0000 now", "phone.international", "+44 20 7946 0000"),
        ("打66123999", "phone.local", "66123999"),
        ("身份证11010519491231002X", "identity.checked", "11010519491231002X"),
        ("身份证110105194912310021", "identity.shape", "110105194912310021"),
        ("老证110105491231002", "identity.shape", "110105491231002"),
        ("卡4111 1111 1111 1111", "bank.checked", "4111 1111 1111 1111"),
        ("卡6222 0200 1234 5678 901", "bank.shape", "6222 0200 1234 5678 901"),
        ("浙 A-D12345的车", "plate.shape", "浙 A-D12345"),
        ("lin＠example．org", "email.address", "lin＠example．org"),
        ("加QQ：123456", "account.named", "123456"),
        ("We are in flat 12b.", "home.room", "flat 12b"),
        ("3号楼2单元501室漏水", "home.building", "3号楼2单元501室"),
        ("住5栋1102", "home.building", "5栋1102"),
        ("去501室", "home.room", "501室"),
        ("我叫王大力，路灯坏了", "name.introduced", "王大力"),
        ("联系人：李敏 电话", "name.introduced", "李敏"),
        ("My name is Lin Yue.", "name.introduced", "Lin Yue"),
        ("张某某不开门", "name.part", "张某某"),
    ],
)
def test_each_mark_says_why(text: str, reason: str, words: str) -> None:
    (mark,) = marks(text)
    assert (mark.reason, text[mark.start : mark.end]) == (reason, words)
    assert mark.kind in KINDS
    assert reason in REASONS


@pytest.mark.parametrize(
    "text",
    [
        "《规划》（2003-2020）、《标准》GB50096-2011、〔2001）216号",
        "打0731-12345、0571-96150",
        "3号楼好几家都这样，5栋前、教师新村4号楼，三室一厅；the lift in building 7",
        "20260305前办完，公安局长、申请律师、由于某些原因、轨道路2号线",
    ],
)
def test_years_standards_and_hotlines_stay(text: str) -> None:
    assert marks(text) == ()


def test_check_characters() -> None:
    assert is_identity("11010519491231002x")
    assert not is_identity("110105194912310021")
    assert not is_identity("1101051949123100")
    assert is_card("4111111111111111")
    assert not is_card("4111111111111112")


@given(st.text(alphabet="0123456789０一八 -()X号楼路单元室王李某我叫先生女士@＠.a京A·微信：Mr", max_size=80))
def test_a_mask_only_takes_away_and_what_is_masked_stays_so(text: str) -> None:
    left = masked(text)
    assert is_reduction(text, left)
    assert is_reduction(left, masked(left))


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "1-",
        "王",
        "a.",
        "a@",
        "12-",
        "A-",
        "Mr A ",
        "三",
        "1234567(",
        "微信:",
        "1 A ",
        "京A",
        "(0",
        "+1",
        "一",
        "我叫王",
    ],
)
def test_no_text_makes_it_slow(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    began = time.process_time()
    masked(text)
    assert time.process_time() - began < 2
