from app.ui import guard, signature_page

signature_page.show(guard.practitioner())
