from app.ui import guard, login_page

login_page.show(guard.anybody())
