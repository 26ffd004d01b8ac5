from app.access.rights import Role
from app.ui import guard, review_page

review_page.show(guard.staff(Role.REVIEWER, Role.ADMINISTRATOR))
