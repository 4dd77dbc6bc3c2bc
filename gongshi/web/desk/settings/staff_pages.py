"""Staff: a sign-in name, a name, a title and the roles in offices. Nothing else about a person is kept here."""

from typing import Any

from gongshi.accounts.rights import ROLES
from gongshi.revisions.actions import Edit
from gongshi.revisions.queries import InForce
from gongshi.web.desk.forms import MISSING
from gongshi.web.desk.settings.forms import SettingsForm, choices_of, line, one_of
from gongshi.words import in_language, pair, say

MORE = 3
NO_ROLE = ("", say("不任职", "No role"))


class StaffForm(SettingsForm):
    """One member of staff."""

    kind = "staff"

    def start(self) -> dict[str, Any]:
        """As the account is."""
        found: dict[str, Any] = self.started("name", "title")
        for n, held in enumerate(self.before.get("appointments", ())):
            found |= {f"office_{n}": held["office"], f"role_{n}": held["role"]}
        return found

    def build(self) -> None:
        """Names and roles."""
        if not self.code:
            self.fields["login"] = line(
                say("登录名", "Sign-in name"),
                say(
                    "字母、数字、“.”“-”“_”。以前用过的登录名，填上就恢复原来的账号。",
                    "Letters, digits, “.”, “-”, “_”. A name that was used before brings that account back.",
                ),
                required=True,
            )
            self.fields["login"].error_messages["required"] = MISSING
        self.pair("name", pair("姓名", "Name"), needed=True)
        self.pair("title", pair("职务名称", "Title"))
        offices = choices_of(self.base, "office")
        roles = [(code, in_language(name)) for code, name in ROLES.items()]
        for n in range(self._most()):
            number = str(n + 1) if self._most() > 1 else ""
            self.fields[f"office_{n}"] = one_of(f"{say('单位', 'Office')} {number}", [("", "–"), *offices])
            self.fields[f"role_{n}"] = one_of(f"{say('角色', 'Role')} {number}", [NO_ROLE, *roles])

    def _most(self) -> int:
        return len(self.before.get("appointments", ())) + MORE

    def layout(self) -> list[list[Any]]:
        """The name, then a line for each role."""
        first = [] if self.code else [[self["login"]]]
        roles = [[self[f"office_{n}"], self[f"role_{n}"]] for n in range(self._most())]
        return [*first, self.both("name"), self.both("title"), *roles]

    def clean(self) -> dict[str, Any]:
        """An office and a role go together."""
        found = super().clean()
        for n in range(self._most()):
            if bool(found.get(f"office_{n}")) != bool(found.get(f"role_{n}")):
                self.add_error(f"role_{n}", say("单位和角色要一起选。", "An office and a role go together."))
        if not any(found.get(f"role_{n}") for n in range(self._most())):
            self.add_error("role_0", say("至少要有一个角色。", "One role at least."))
        return found

    def edits(self) -> list[Edit]:
        """The account as it was typed."""
        login = self.code or self.typed("login")
        held = [
            {"office": self.typed(f"office_{n}"), "role": self.typed(f"role_{n}")}
            for n in range(self._most())
        ]
        row = {
            "login": login,
            "name": self.words("name"),
            "title": self.words("title"),
            "appointments": [one for n, one in enumerate(held) if one["role"] and one not in held[:n]],
        }
        return [Edit("staff", login, self.kept(row))]


class RemoveStaffForm(SettingsForm):
    """No longer somebody who signs in."""

    kind = "staff"

    def layout(self) -> list[list[Any]]:
        """Nothing is asked."""
        return []

    def edits(self) -> list[Edit]:
        """Gone, and named by no rule any more."""
        found = [Edit("staff", self.code, None)]
        for (kind, code), kept in self.base.things.items():
            if kind == "rule" and kept["data"].get("lead") == self.code:
                left = {key: value for key, value in kept["data"].items() if key != "lead"}
                found.append(Edit(kind, code, {**kept, "data": left}))
        return found


def staff_rows(base: InForce) -> list[list[Any]]:
    """The list: title, and the roles with their offices."""
    offices = dict(choices_of(base, "office"))
    return [
        [
            in_language(row.get("title", {})),
            str(say("；", "; ")).join(
                f"{offices.get(one['office'], one['office'])} · {in_language(ROLES[one['role']])}"
                for one in row["appointments"]
            ),
        ]
        for row in base.rows("staff")
    ]
