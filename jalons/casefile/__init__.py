"""What is written and filed in a person's file: notes with their drafts, documents received."""
