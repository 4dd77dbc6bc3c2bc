"""Reads offices.toml and staff.toml."""

from gongshi.formats.pack.faults import pair
from gongshi.formats.pack.model import ROLES, Appointment, OfficeData, StaffData
from gongshi.formats.pack.tables import Sheet, Table


def read_offices(sheet: Sheet) -> tuple[OfficeData, ...]:
    """Every office of offices.toml."""
    top = Table(sheet, sheet.data)
    offices = tuple(_office(row) for row in top.tables("office", required=True))
    top.close()
    return offices


def _office(table: Table) -> OfficeData:
    office = OfficeData(
        code=table.code(),
        name=table.words("name"),
        above=table.reference("above"),
        serves=table.codes("serves"),
        phone=table.text("phone", required=False, longest=60),
        address=table.words("address", required=False),
        hours=table.words("hours", required=False),
        duty=table.words("duty", required=False),
    )
    table.close()
    return office


def read_staff(sheet: Sheet) -> tuple[StaffData, ...]:
    """Every member of staff in staff.toml."""
    top = Table(sheet, sheet.data)
    staff = tuple(_member(row) for row in top.tables("staff", required=True))
    top.close()
    return staff


def _member(table: Table) -> StaffData:
    appointments = tuple(_appointment(row) for row in table.tables("appointments", required=True))
    if len(set(appointments)) < len(appointments):
        what = pair("同一任职写了两次。", "An appointment is given twice.")
        table.fault("appointments", what, pair("删掉重复的。", "Delete the repeats."))
    member = StaffData(
        login=table.login("login"),
        name=table.words("name"),
        title=table.words("title", required=False),
        appointments=appointments,
    )
    table.close()
    return member


def _appointment(table: Table) -> Appointment:
    appointment = Appointment(table.code("office"), table.choice("role", ROLES))
    table.close()
    return appointment
