from app.ui import category_page, guard

category_page.show(guard.practitioner(), "work")
