from app.access.rights import Role
from app.ui import audit_page, guard

audit_page.show(guard.staff(Role.ADMINISTRATOR))
