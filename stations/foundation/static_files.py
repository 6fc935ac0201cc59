"""Static files under names that change with their content."""

import re

from whitenoise.storage import CompressedManifestStaticFilesStorage

_INNER = re.compile(r"^(%23|#)")


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Follows what stylesheets really load.

    Vendored files end with the address of a source map that is not shipped, and draw icons as
    pictures in the address itself, with references inside (`url(%23mask)`): neither is a file.
    """

    patterns = tuple(
        (
            files,
            tuple(
                pattern
                for pattern in found
                if "sourceMappingURL" not in (pattern if isinstance(pattern, str) else pattern[0])
            ),
        )
        for files, found in CompressedManifestStaticFilesStorage.patterns
    )

    def url_converter(self, name, hashed_files, template=None):
        convert = super().url_converter(name, hashed_files, template)

        def converter(matched):
            if _INNER.match(matched["url"]):
                return matched["matched"]
            return convert(matched)

        return converter
