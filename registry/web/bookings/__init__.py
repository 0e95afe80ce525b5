"""Staff's pages of bookings: a day, a week, what awaits approval, and booking for somebody."""
