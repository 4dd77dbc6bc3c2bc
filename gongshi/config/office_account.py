"""The settings ``oidc_*``: signing in with the office's own account, or none of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gongshi.config.environment import Environment, SettingsError

PROVIDER = "office"
LONGEST_NAME, LONGEST = 40, 191


@dataclass(frozen=True)
class OfficeAccount:
    """Where the office's accounts are. ``server`` is empty where there is no such sign-in."""

    server: str
    client_id: str
    client_secret: str
    name: str
    claim: str
    second_factor: tuple[str, ...]

    def providers(self) -> dict[str, Any]:
        """As the library wants it. No more is asked for than who it is."""
        if not self.server:
            return {}
        app = {
            "provider_id": PROVIDER,
            "name": self.name or PROVIDER,
            "client_id": self.client_id,
            "secret": self.client_secret,
            "settings": {
                "server_url": self.server,
                "oauth_pkce_enabled": True,
                "scope": ["openid", "profile"],
            },
        }
        return {"openid_connect": {"APPS": [app]}}


def office_account(env: Environment) -> OfficeAccount:
    """The settings, checked. Raises SettingsError for one that is missing, too long or not safe."""
    found = OfficeAccount(
        server=env.text("oidc_server", "").rstrip("/"),
        client_id=env.text("oidc_client_id", ""),
        client_secret=env.text("oidc_client_secret", ""),
        name=env.text("oidc_name", ""),
        claim=env.text("oidc_claim", "preferred_username"),
        second_factor=tuple(env.names("oidc_second_factor", [])),
    )
    if not found.server:
        return found
    parts = urlsplit(found.server)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise SettingsError(f"oidc_server: expected an https:// address, got {found.server!r}")
    if not found.client_id:
        raise SettingsError("oidc_client_id: oidc_server is set, so this is needed too")
    for key, value, longest in (
        ("oidc_client_id", found.client_id, LONGEST),
        ("oidc_client_secret", found.client_secret, LONGEST),
        ("oidc_name", found.name, LONGEST_NAME),
    ):
        if len(value) > longest:
            raise SettingsError(f"{key}: at most {longest} characters")
    return found
