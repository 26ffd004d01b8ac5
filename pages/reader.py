from app.access.rights import Role
from app.ui import guard, reader_page

reader_page.show(guard.staff(Role.CLERK))
