"""All addresses of the portal, and which of them the tests have asked for."""


def patterns(resolvers, above=""):
    """Every URL pattern, with its whole route as `.whole`."""
    for one in resolvers:
        route = above + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from patterns(one.url_patterns, route)
        else:
            one.whole = route
            yield one
