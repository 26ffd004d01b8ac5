from app.access.rights import Role
from app.ui import guard, signatures_page

signatures_page.show(guard.staff(Role.REVIEWER, Role.ADMINISTRATOR))
