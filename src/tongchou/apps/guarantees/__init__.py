"""What governments owe their own work: money, staff, pay; yearly returns and shortfalls of units."""
