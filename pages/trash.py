from app.access.rights import Role
from app.ui import guard, trash_page

trash_page.show(guard.staff(Role.ADMINISTRATOR))
