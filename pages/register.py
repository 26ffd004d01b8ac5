from app.ui import guard, register_page

register_page.show(guard.anybody())
