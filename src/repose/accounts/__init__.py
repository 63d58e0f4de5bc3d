"""Who uses Repose from another computer: accounts, their roles, and what each may do."""
