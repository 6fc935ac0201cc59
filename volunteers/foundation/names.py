"""Names that are not told in full."""


def masked_name(name):
    """ "吴*", "欧***": enough for whoever knows the person."""
    return f"{name[:1]}{'*' * max(1, len(name) - 1)}"
