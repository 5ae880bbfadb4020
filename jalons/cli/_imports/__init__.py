"""What ``jalons import`` can read, one module each: docstring (its help), ``add_arguments(parser)``, ``run(args) -> int``."""
