"""One file per screen. Each translates the request, makes one domain call, translates back."""
