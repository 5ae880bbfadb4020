"""Settings, addresses and start-up of the application."""
