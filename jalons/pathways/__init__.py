"""Orientation, enrolment, référent mandates, contracts, steps and exits."""
