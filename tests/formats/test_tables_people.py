"""Promise 1: columns that say who somebody is, or how to reach them, are known by their names."""

import pytest

from gongshi.formats.tables import about_a_person

REFUSED = """phone|Phone Number|callerPhone|PHONE_NO|Tel.|mobile|E-Mail|email_address|contact|Contact Person|fax|WeChat
name|Name|FULL_NAME|first name|LastName|caller_name|Name of caller|customerName|requester|Complainant|resident_id
reported_by|submitted by|username|user_id|nick name|IP|ssn|SSN|passport_no|id number|ID_CARD|IdentityNumber|NationalID
Date of Birth|DOB|gender|home address|applicant address|licence plate|社保卡
姓名|联系人|联系电话|手机号|电话号码|身份证|身份证号|证件号码|邮箱|电子邮件|微信号|QQ|家庭住址|住址|户籍|反映人|投诉人姓名
来电人|用户名|网名|昵称|性别|年龄|出生日期|民族|车牌号|当事人|举报者""".replace("\n", "|").split("|")
TAKEN = """id|ID|case_id|CaseNumber|no|OPEN_DT|CASE_TITLE|street_name|Street Name|neighborhood|ward|LATITUDE|Source
Department|QUEUE|type name|office_name|file name|description|text|answer|status|priority|location|address|SUBJECT
编号|标题|主题|内容|来件内容|受理时间|答复|承办单位|类别|街道|社区|小区名称|道路名称|地点|状态|渠道|办结时限""".replace(
    "\n", "|"
).split("|")


@pytest.mark.parametrize("column", REFUSED)
def test_refused(column: str) -> None:
    assert about_a_person(column)


@pytest.mark.parametrize("column", TAKEN)
def test_taken(column: str) -> None:
    assert not about_a_person(column)
