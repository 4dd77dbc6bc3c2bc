"""Words that may accuse somebody in office, or a person; and ordinary reports, which name offices, too."""

import pytest

from gongshi.rules.accusing import may_accuse

OFFICIALS = (
    "城管局王强收钱不办事",
    "交警队的张警官向我要钱",
    "社区书记挪用公款",
    "这个局长腐败",
    "规划局有人吃拿卡要",
    "所长把低保给了自己亲戚，徇私",
    "办事员态度很差，让我跑了三趟",
    "窗口的工作人员态度极其恶劣",
    "执法队员打了我父亲",
    "城管骂我，还把秤砸了",
    "派出所不作为，打了三次电话没人来",
    "村干部要了两千块红包才给盖章",
    "镇长包庇采石场老板",
    "居委会弄虚作假，名单里没有我们楼",
    "派出所民警威胁我撤回投诉",
    "环保局推诿，说不归他们管",
    "住建局和镇政府互相踢皮球",
    "这里有保护伞，谁也不敢管",
    "检查的人刁难我们小店",
    "网格员收了烟和红包",
    "队长收了老板的好处",
    "村里的征地补偿被人私分集体的钱",
    "The inspector took a bribe",
    "I want to complain about the officer at the Urban Management Bureau: he asked me for money",
    "The housing bureau ignores us and lies",
    "A clerk at the permit counter was rude to my mother",
    "The council keeps lying to us about the bridge",
    "Two wardens threatened me when I took a picture",
    "The official demanded cash before he stamped the paper",
    "Police officer pushed me and shouted at me",
    "There is corruption in the allotment of flats",
    "The mayor is covering up the spill",
    "Staff at the town hall insulted us",
    "We are harassed by the parking officers every day",
    "Kickbacks were paid for this contract",
    "Please act: abuse of their power at the market",
)
# Written after the lists were made, and left as they are: what words find of what they were not made for.
UNSEEN = (
    "窗口那位女同志当众羞辱我妈",
    "街道办的人收了开发商的购物卡",
    "镇里的领导偏袒自己的小舅子",
    "审批科科长暗示我请他吃饭",
    "民警接警后爱理不理",
    "社区书记骂人，让我滚出去",
    "执法的不出示证件就搬走了我的货",
    "县长不办事，只会开会",
    "The clerk yelled at me in front of everybody",
    "The department discriminated against my family",
    "An officer took cash from the stall keepers",
    "The councillor threatens whoever signs the petition",
    "My permit was refused because I would not pay the man at the desk",
    "Their inspector closes his eyes for his friends",
)
PERSONS = (
    "举报隔壁老李偷电",
    "举报楼上邻居赌博",
    "我要告发一个人：有人吸毒",
    "揭发同事骗保",
    "举报对门租客非法行医",
)
ORDINARY = (
    "老桥东头塌了个坑，请城管局派人补一下",
    "派出所门口的路灯不亮",
    "镇政府门前的下水道堵了，臭得很",
    "书记路和环城路口的红绿灯坏了",
    "垃圾桶旁边有腐败的肉，味道很大",
    "工作人员来过一次，说要等配件，到现在还没有来",
    "请交警在学校门口画一条斑马线",
    "居委会通知说停水三天，想问具体是哪几天",
    "举报电话牌被树挡住了，看不见",
    "请问办事窗口周六上班吗，要带什么材料",
    "局部路面下沉，井盖松动",
    "邻居家的空调外机滴水，滴在人行道上",
    "市长热线的宣传栏玻璃碎了，有危险",
    "社区干部帮我们联系过电梯公司，还是没有修好",
    "A street lamp in front of the police station is out",
    "The pavement at the council offices is broken: my mother fell",
    "Could the parking officer mark the bay again? The paint is gone",
    "The bin next to the town hall lies on its side",
    "Please ask the water department to send an inspector: the tap water is brown",
    "Staff told us that the lift will be mended on Monday; it still does not run",
    "The gifts shop on Mill Lane blocks the pavement with boxes",
    "Beaten path behind the school is flooded",
)


@pytest.mark.parametrize("text", [*OFFICIALS, *PERSONS])
def test_what_may_accuse_is_found(text: str) -> None:
    assert may_accuse(text)
    assert may_accuse(f"您好。\n{text.upper()}！")


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_reports_pass(text: str) -> None:
    assert not may_accuse(text)


def test_most_of_what_the_lists_were_not_made_for_is_found() -> None:
    found = [text for text in UNSEEN if may_accuse(text)]
    assert 0.5 < len(found) / len(UNSEEN) < 1, found
