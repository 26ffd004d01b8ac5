from app.ui import guard, sign_page

sign_page.show(guard.anybody())
