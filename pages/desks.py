from app.access.rights import Role
from app.ui import desks_page, guard

desks_page.show(guard.staff(Role.ADMINISTRATOR))
