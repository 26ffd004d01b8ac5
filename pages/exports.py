from app.access.rights import Role
from app.ui import exports_page, guard

exports_page.show(guard.staff(Role.REVIEWER, Role.ADMINISTRATOR))
