"""The CAF file VRSB0801: from the stream to households, persons and rights."""
