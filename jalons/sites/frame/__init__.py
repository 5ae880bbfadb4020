"""What all faces share: who may open a page and the trace it leaves, the frame around it, sign-in, errors."""
