from app.access.rights import Role
from app.ui import guard, imports_page

imports_page.show(guard.staff(Role.ADMINISTRATOR))
