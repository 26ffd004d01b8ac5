"""The one settings object. Every field is read from the environment as `CONGYE_<NAME>` and documented here."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.access.policies import parse_policy
from devices.usb_ids import parse_ids


class Settings(BaseSettings):
    """What an operator may set. `docs/settings.md` is generated from the descriptions below."""

    model_config = SettingsConfigDict(env_prefix="CONGYE_", env_file=".env", extra="ignore")

    home: Path = Field(Path("var"), description="Folder for what the program writes: database, keys, logs.")
    database_url: str = Field(
        "", description="SQLAlchemy address of the database; empty means SQLite in the home folder."
    )
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8501, ge=1, le=65535, description="Port the server listens on.")
    demo: bool = Field(default=False, description="Demo installation: outbox page, made-up people, virtual card.")
    demo_password: SecretStr | None = Field(None, description="Password of the demo's staff; empty means a random one.")
    https: bool = Field(default=False, description="The site is reached by https: cookies are marked Secure.")
    city: str = Field("上海市", description="City in the title of the signature sheet.")
    organisation: str = Field("上海建筑建材业网上办事大厅", description="Name shown at the head of every page.")
    default_region: str = Field("CN", description="Region of mobile numbers typed without a country code.")
    font_folder: Path | None = Field(None, description="Folder with more TrueType fonts for printed sheets.")

    code_seconds: int = Field(90, ge=30, le=600, description="Validity of a dynamic password, in seconds.")
    code_resend_seconds: int = Field(60, ge=0, le=600, description="Wait before another code is sent, in seconds.")
    captcha_seconds: int = Field(300, ge=30, description="Validity of a captcha, in seconds.")
    ticket_seconds: int = Field(30, ge=5, description="Validity of the one-time log-in ticket, in seconds.")
    practitioner_idle_minutes: int = Field(30, ge=1, description="Idle time that ends a practitioner's session.")
    staff_idle_minutes: int = Field(60, ge=1, description="Idle time that ends a staff session.")
    practitioner_session_hours: int = Field(2, ge=1, description="Longest life of a practitioner's session, in hours.")
    staff_session_hours: int = Field(12, ge=1, description="Longest life of a staff session, in hours.")
    limit_code_send: str = Field("1/60s;5/1h;10/1d", description="Codes sent to one mobile.")
    limit_send_address: str = Field("20/1h", description="Codes sent for one client address.")
    limit_code_try: str = Field(
        "5/5m;20/1h;50/1d;lock 15m-1h", description="Log-in tries for one ID number and mobile."
    )
    limit_address_try: str = Field(
        "10/5m;lock 15m-1h", description="Failed log-in and registration tries from one client address."
    )
    limit_register_try: str = Field("10/5m;30/1h;lock 15m-1h", description="Registration checks for one ID number.")
    limit_captcha: str = Field("30/5m;lock 5m-1h", description="Wrong captchas from one client address.")
    limit_staff_try: str = Field(
        "5/5m;20/1h;50/1d;delay 1s;lock 15m-1h", description="Wrong passwords for one staff account."
    )
    limit_staff_address: str = Field("30/5m;lock 5m-1h", description="Wrong staff passwords from one client address.")
    limit_second_factor: str = Field(
        "5/5m;20/1h;50/1d;lock 15m-1h", description="Wrong codes of the second factor for one person."
    )
    second_factor: Literal["optional", "administrators", "everybody"] = Field(
        "optional", description="Which staff must have a second factor (TOTP) to log in."
    )
    practitioner_second_factor: Literal["off", "offered", "required"] = Field(
        "offered",
        description="Practitioners' authenticator app (TOTP) beside the SMS: offered to nobody new, offered to everybody, or "
        "required of everybody. Who has one is asked for its codes in any case.",
    )
    breached_passwords: Path | None = Field(
        None,
        description="File of the SHA-1 hashes of breached passwords in order (`HASH:count` lines, as the haveibeenpwned "
        "downloader writes it): no new staff password may be in it.",
    )
    initial_password_days: int = Field(7, ge=1, description="Validity of a password that an administrator gave out.")
    public_url: str = Field("", description="Address that browsers reach the site by; single sign-on comes back to it.")
    oidc_metadata_url: str = Field("", description="Single sign-on of staff: the provider's openid-configuration.")
    oidc_client_id: str = Field("", description="Single sign-on: client id.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Single sign-on: its secret.")
    oidc_claim: str = Field("email", description="Single sign-on: the claim that names an account's identity.")
    oidc_strength: str = Field(
        "",
        description="Single sign-on: what the provider must say of how somebody logged in (its `acr`, or one of its `amr`), "
        "such as `mfa`; several separated by spaces, one of them is enough; empty: whatever it says.",
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks of proxies whose X-Forwarded-For and -Proto are believed, with commas.",
    )

    sms_gateway: Literal["outbox", "http", "aliyun", "tencent"] = Field("outbox", description="Who sends the SMS.")
    sms_timeout_seconds: float = Field(5.0, gt=0, le=60, description="Time-out of one attempt to send.")
    sms_http_method: str = Field("POST", description="HTTP gateway: method.")
    sms_http_url: str = Field("", description="HTTP gateway: address, a template.")
    sms_http_headers: str = Field("{}", description="HTTP gateway: headers as a JSON object, a template.")
    sms_http_body: str = Field("", description="HTTP gateway: body, a template.")
    sms_http_success: str = Field("", description="HTTP gateway: pattern the answer must match; empty means any 2xx.")
    sms_access_key_id: str = Field("", description="Aliyun or Tencent: access key.")
    sms_access_key_secret: SecretStr = Field(SecretStr(""), description="Aliyun or Tencent: its secret.")
    sms_sign_name: str = Field("", description="Aliyun or Tencent: signature shown before the text.")
    sms_template_login: str = Field("", description="Aliyun or Tencent: template of the log-in code.")
    sms_template_register: str = Field("", description="Aliyun or Tencent: template of the registration code.")
    sms_template_notice: str = Field("", description="Aliyun or Tencent: template of notices.")
    sms_template_reset: str = Field(
        "", description="Aliyun or Tencent: template that tells of an authenticator app that the window reset."
    )
    sms_template_factor: str = Field(
        "",
        description="Aliyun or Tencent: template that tells of an authenticator app that its person switched on or off.",
    )
    sms_app_id: str = Field("", description="Tencent: SDK application id.")
    sms_region: str = Field("", description="Aliyun or Tencent: region; empty means the provider's default.")
    sms_endpoint: str = Field("", description="Aliyun or Tencent: another address than the provider's own.")

    clamd: str = Field(
        "",
        description="Virus scanner (ClamAV's clamd) that is shown every uploaded file: `unix:/run/clamav/clamd.ctl` or "
        "`host:port`; empty: none.",
    )

    card_source: Literal["local", "pcsc", "serial", "usb", "cvr", "synjones", "zkteco", "off"] = Field(
        "local",
        description=(
            "Card reader at the server: `local` is whatever is plugged in; `pcsc`, `serial` or `usb` (a SAM_V module) or the "
            "local service of CVR, Synjones or ZKTeco; `off` is none."
        ),
    )
    card_reader: str = Field(
        "", description="Name of the PC/SC or USB reader (its beginning) or of the serial port; empty means the first."
    )
    usb_readers: str = Field(
        "0400:C35A, 2B19:0200, 0103:6066",
        description="USB readers with a SAM_V module: vendor and product ids, with commas.",
    )
    desk_port: int = Field(
        47110, ge=1, le=65535, description="Port on which the agents at the desks listen, each on its own machine."
    )
    chip_extended_length: bool = Field(
        default=False, description="The reader knows extended lengths: passports' chips are read in longer pieces."
    )
    country_certificates: Path | None = Field(
        None,
        description="Folder with the countries' certificates (CSCA; PEM or DER) that passports are checked against.",
    )
    card_profiles: Path | None = Field(
        None,
        description="JSON file with further ID-card readers: their ATRs and where the blocks lie (docs/readers.md).",
    )

    backup_folder: Path | None = Field(
        None, description="Folder of the backups; empty means `backups` in the home folder."
    )
    backup_hours: int = Field(
        24, ge=0, description="Age at which the server makes the next backup, in hours; 0: never."
    )
    backup_keep: int = Field(14, ge=1, description="Backups that are kept; older ones are deleted.")
    backup_recipient: str = Field(
        "", description="Public age key (`age1…`) that backups are encrypted for; empty: not."
    )

    @field_validator(
        "limit_code_send",
        "limit_send_address",
        "limit_code_try",
        "limit_address_try",
        "limit_register_try",
        "limit_captcha",
        "limit_staff_try",
        "limit_staff_address",
        "limit_second_factor",
    )
    @classmethod
    def _is_policy(cls, text: str) -> str:
        parse_policy(text)
        return text

    @field_validator("clamd")
    @classmethod
    def _is_socket(cls, text: str) -> str:
        host, _colon, port = text.rpartition(":")
        if text and not text.startswith("unix:/") and not (host and port.isdecimal()):
            raise ValueError("neither unix:/path nor host:port")
        return text

    @field_validator("usb_readers")
    @classmethod
    def _is_usb_ids(cls, text: str) -> str:
        parse_ids(text)
        return text

    @property
    def has_single_sign_on(self) -> bool:
        """Whether a provider is named that staff log in with."""
        return bool(self.oidc_metadata_url)

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address in use."""
        return self.database_url or f"sqlite:///{(self.home / 'congye.db').resolve()}"


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()


def settings_table() -> str:
    """The documentation of every setting as a Markdown table."""
    lines = ["| setting | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        shown = f"`{default}`" if default not in (None, "") else ""
        lines.append(f"| `CONGYE_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(lines)
