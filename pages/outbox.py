from app.ui import guard, outbox_page

outbox_page.show(guard.anybody())
