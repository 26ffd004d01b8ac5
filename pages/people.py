from app.ui import guard, people_page

people_page.show(guard.staff())
