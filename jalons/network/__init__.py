"""Authorities, territories, organisations, users, roles, permissions and read traces."""
