from app.ui import guard, staff_login_page

staff_login_page.show(guard.anybody())
