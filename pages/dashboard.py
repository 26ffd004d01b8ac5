from app.access.rights import Role
from app.ui import dashboard_page, guard

dashboard_page.show(guard.staff(Role.REVIEWER, Role.ADMINISTRATOR))
