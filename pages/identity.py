from app.ui import guard, identity_page

identity_page.show(guard.practitioner())
