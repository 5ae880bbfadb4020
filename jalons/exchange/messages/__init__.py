"""Messages to persons: reminders of appointments by e-mail and SMS, through the outbox of the kernel."""
