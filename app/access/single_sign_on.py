"""Single sign-on of staff: who the provider says somebody is becomes a session of ours, like any other log-in."""

import uuid
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import sessions
from app.access.rights import Role
from app.errors import UserError
from app.locale import _
from app.settings import Settings, settings
from data.models import StaffAccount
from data.vault import vault

CALLBACK = "/oauth2callback"
COOKIE = "_streamlit_user"
"""Streamlit's own cookie begins like this; it is exchanged and goes."""


def streamlit_secrets(config: Settings) -> str:
    """What Streamlit's log-in reads from its file of secrets, as TOML. The vault must be installed."""
    values = {
        "redirect_uri": config.public_url.rstrip("/") + CALLBACK,
        "cookie_secret": vault().authenticate(b"streamlit", "cookies").hex(),
        "client_id": config.oidc_client_id,
        "client_secret": config.oidc_client_secret.get_secret_value(),
        "server_metadata_url": config.oidc_metadata_url,
    }
    lines = (f"{name} = {_quoted(value)}" for name, value in values.items())
    return "\n".join(("[auth]", *lines)) + "\n"


def ticket(db: Session, visit: str, claims: Mapping[str, object]) -> str:
    """A log-in ticket for whom the provider's claims name. Raises UserError (`unknown_identity`, `weak_identity`)."""
    name = str(claims.get(settings().oidc_claim) or "").strip()
    # An address that nobody has verified could be anybody's.
    doubtful = settings().oidc_claim == "email" and claims.get("email_verified") is not True
    query = select(StaffAccount).where(StaffAccount.sso_name == name, StaffAccount.state == "active")
    account = db.scalar(query) if name and not doubtful else None
    if account is None:
        raise UserError("unknown_identity", _("您的单点登录身份没有对应的工作人员账号，请联系管理员"))
    if not _strong_enough(claims):
        raise UserError("weak_identity", _("单点登录时的验证方式不够强，请按管理员的要求（如两步验证）重新登录"))
    account_id: uuid.UUID = account.id
    return sessions.issue_ticket(db, visit, Role(account.role), account_id)


def _strong_enough(claims: Mapping[str, object]) -> bool:
    wanted, methods = settings().oidc_strength.split(), claims.get("amr")
    said = [claims.get("acr"), *(methods if isinstance(methods, list) else [])]
    return not wanted or any(each in wanted for each in said)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    if not escaped.isprintable():
        raise UserError("oidc", _("单点登录的设置中有不可见字符"))
    return f'"{escaped}"'
