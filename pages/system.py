from app.access.rights import Role
from app.ui import guard, system_page

system_page.show(guard.staff(Role.ADMINISTRATOR))
