"""The fast kernel: chains of moves on people's calendars."""
