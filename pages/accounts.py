from app.access.rights import Role
from app.ui import accounts_page, guard

accounts_page.show(guard.staff(Role.ADMINISTRATOR))
