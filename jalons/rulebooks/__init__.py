"""Rules as dated data: schema, loader, obligation shapes, exit classes, adopted versions."""
