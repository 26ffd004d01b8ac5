"""All tables. Importing this module registers them."""

from data.models.access import (
    Authenticator,
    Captcha,
    KnownDevice,
    LimitState,
    LoginTicket,
    OneTimeCode,
    RecoveryCode,
    SmsMessage,
    StaffAccount,
    UserSession,
)
from data.models.audit import AuditEntry, AuditHead
from data.models.base import Base
from data.models.categories import Degree, Education, Integrity, Project, Registration, Skill, Title, Work
from data.models.desk import Desk, DeskChallenge
from data.models.dossier import Dossier, MobileUse
from data.models.files import Attachment, SignatureScan, SignatureSheet
from data.models.intake import IntakeBatch, IntakeItem, PendingEntry
from data.models.job import Job, JobFilePart, PeriodicRun
from data.models.notice import Notice, NoticeChoice
from data.models.preference import Preference
from data.models.record import Record, categories, category
from data.models.review import Decision, KeptAttachment, ReviewItem
from data.models.safekeeping import BackupRun
from data.models.saved_view import SavedView
from data.models.search import (
    search_company,
    search_entry,
    search_expiry,
    search_name,
    search_posting,
    tally_row,
)
from data.models.signature import SignaturePad, SignaturePage
from data.models.transfer import ImportChange, ImportProblem, ImportRun
from data.models.trash import TrashItem

__all__ = [
    "Attachment",
    "AuditEntry",
    "AuditHead",
    "Authenticator",
    "BackupRun",
    "Base",
    "Captcha",
    "Decision",
    "Degree",
    "Desk",
    "DeskChallenge",
    "Dossier",
    "Education",
    "ImportChange",
    "ImportProblem",
    "ImportRun",
    "IntakeBatch",
    "IntakeItem",
    "Integrity",
    "Job",
    "JobFilePart",
    "KeptAttachment",
    "KnownDevice",
    "LimitState",
    "LoginTicket",
    "MobileUse",
    "Notice",
    "NoticeChoice",
    "OneTimeCode",
    "PendingEntry",
    "PeriodicRun",
    "Preference",
    "Project",
    "Record",
    "RecoveryCode",
    "Registration",
    "ReviewItem",
    "SavedView",
    "SignaturePad",
    "SignaturePage",
    "SignatureScan",
    "SignatureSheet",
    "Skill",
    "SmsMessage",
    "StaffAccount",
    "Title",
    "TrashItem",
    "UserSession",
    "Work",
    "categories",
    "category",
    "search_company",
    "search_entry",
    "search_expiry",
    "search_name",
    "search_posting",
    "tally_row",
]
