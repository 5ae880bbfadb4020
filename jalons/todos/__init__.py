"""What is due, to whom, by when and why: the stored answers of obligations."""
