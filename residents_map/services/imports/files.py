"""The uploaded file while it waits: sealed piece by piece, because it is full of ID numbers."""

import secrets

from django.core.files.base import File
from django.core.files.storage import default_storage

from stations.foundation.sealed import SealBroken, seal, unseal

PIECE = 512 * 1024


def keep_sealed(upload):
    """Seal an upload into the storage and give its name there."""
    name = f"ledgers/{secrets.token_hex(16)}.sealed"
    return default_storage.save(name, Sealed(upload, name))


class Sealed(File):
    """An upload as its sealed lines, taken by the storage piece by piece."""

    def chunks(self, chunk_size=None):
        number = 0
        for chunk in self.file.chunks(PIECE):
            text = seal(chunk.decode("latin-1"), bound_to=f"{self.name}:{number}")
            yield text.encode() + b"\n"
            number += 1
        yield seal("end", bound_to=f"{self.name}:{number}").encode()


def pieces_of(name):
    """The bytes of a sealed file; a missing, exchanged or cut-off piece is refused."""
    is_whole = False
    with default_storage.open(name) as file:
        for number, line in enumerate(file):
            text = unseal(line.strip().decode(), bound_to=f"{name}:{number}")
            is_whole = not line.endswith(b"\n")
            if not is_whole:
                yield text.encode("latin-1")
    if not is_whole:
        raise SealBroken("the end of the file is missing")


def forget_file(ledger_import):
    """Delete the file of an import once it is no longer needed."""
    if ledger_import.file:
        default_storage.delete(ledger_import.file.name)
