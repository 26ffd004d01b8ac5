"""Dynamic passwords while the SMS service is down, slow or answers nonsense, and while the clock jumps an hour."""

import threading
import uuid

from sqlalchemy import select

from data.models import SmsMessage
from tests.torture import surroundings
from tests.torture.harness import broken_promises, workers_of
from tests.torture.installation import Installation, installed
from tests.torture.sms_service import SmsService
from tests.torture.troubles import LONG_SESSIONS
from tests.torture.visitor import Visitor
from tests.torture.worker import Worker

NOT_SENT = "短信发送失败"
DEAD = "动态密码错误、已使用或已过期"
CAPTCHA = "验证码"
HOUR = 3600
CLOCK_SEEN_SECONDS = 2.5


def with_bad_sms(kind: str) -> list[str]:
    """Promises broken while one person logs in by SMS through every mood of the service and another one works."""
    service = SmsService()
    try:
        with surroundings.folder() as home, installed(kind, home, 2, settings=service.settings) as installation:
            one, other = workers_of(installation, 2)
            stop = threading.Event()
            working = threading.Thread(target=other.endure, args=(stop, 1), daemon=True)
            working.start()
            broken = _moods(installation, service, one.dossier_id)
            stop.set()
            working.join()
            return broken + other.failures + _of_the_worker(other) + broken_promises(installation, [other])
    finally:
        service.go_down()


def _moods(installation: Installation, service: SmsService, dossier_id: uuid.UUID) -> list[str]:
    visitor, broken = Visitor(installation.site, dossier_id), []
    broken += _wrong("a code was asked for", visitor.ask_for_code(), "")
    if not service.taken:
        return [*broken, "no code arrived"]
    broken += _wrong("its code was used", visitor.log_in(service.taken[-1][1]), "")
    service.go_down()
    broken += _wrong("the service was down", visitor.ask_for_code(), NOT_SENT)
    service.come_up()
    service.mood = "nonsense"
    broken += _wrong("the service answered nonsense", visitor.ask_for_code(), NOT_SENT)
    service.mood = "slow"
    # Nobody can tell whether a slow one took it: the page counts the 90 seconds, and the code that comes is good.
    broken += _wrong("the service was slow", visitor.ask_for_code(), "")
    broken += _wrong("the slow service's code was used", visitor.log_in(service.taken[-1][1]), "")
    with installation.site.database.read() as db:
        noted = list(db.scalars(select(SmsMessage.status).order_by(SmsMessage.id)))
    expected = ["accepted", "refused", "refused", "unknown"]
    return broken if noted == expected else [*broken, f"noted {noted}, not {expected}"]


def _of_the_worker(worker: Worker) -> list[str]:
    """Who has nothing to do with SMS must notice nothing."""
    broken = [f"{worker.name}, who only worked, was told {text}" for text in worker.told]
    return broken if worker.saved else [*broken, f"{worker.name} could not save"]


def with_jumping_clock(kind: str) -> list[str]:
    """Promises broken while codes are used an hour too late, or an hour before they were made."""
    service = SmsService()
    try:
        with surroundings.folder() as home:
            clock = surroundings.Clock(home)
            settings = {**service.settings, **LONG_SESSIONS}
            with installed(kind, home, 1, clock=clock.environment, settings=settings) as installation:
                visitor, broken = Visitor(installation.site, workers_of(installation, 1)[0].dossier_id), []
                for jump in (HOUR, -HOUR):
                    broken += _wrong(f"the clock stood at {jump}", _used_after(visitor, service, clock, jump), DEAD)
                broken += _wrong("the clock stood still", _used_after(visitor, service, clock, 0), "")
                return broken
    finally:
        service.go_down()


def _used_after(visitor: Visitor, service: SmsService, clock: surroundings.Clock, jump: int) -> str:
    """What is told when a code is used after a jump; a captcha that the jump made too old is solved again."""
    told = visitor.ask_for_code()
    if told:
        return told
    clock.put(jump)
    threading.Event().wait(CLOCK_SEEN_SECONDS)
    told = visitor.log_in(service.taken[-1][1])
    told = visitor.log_in(service.taken[-1][1]) if CAPTCHA in told else told
    clock.put(0)
    threading.Event().wait(CLOCK_SEEN_SECONDS)
    return told


def _wrong(when: str, told: str, expected: str) -> list[str]:
    right = expected in told if expected else not told
    return [] if right else [f"when {when}, the page told {told!r}"]
