"""Appointments, group sessions and attendance."""
