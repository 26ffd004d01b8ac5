from app.ui import guard, own_account

own_account.show(guard.member())
