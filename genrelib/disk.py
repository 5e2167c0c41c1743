"""Where data lies, and how a file appears whole or not at all."""

import hashlib
import os
import tempfile
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


def data_dir(*parts):
    """Return the folder `parts` below the data folder, made if it is missing.

    The data folder is `$GENRELIB_DATA`, or `data/` of the checkout.
    Raises OSError, naming the folder and the way out, when it cannot be written to.
    """
    folder = Path(os.environ.get("GENRELIB_DATA", CHECKOUT / "data")).expanduser().joinpath(*parts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise OSError(
            f"cannot write to {folder} ({reason}); set GENRELIB_DATA to a folder of your own"
        ) from error
    return folder


def shared_copies(name):
    """Return the folders in which a copy of the data set `name` may already lie, likeliest first.

    That is the data folder, the checkout's own `data/`, and `shared/real/` beside the checkout, where a class
    or a laboratory can keep one copy for everybody.
    """
    folder = name.replace("-", "_")
    roots = [Path(os.environ[key]) for key in ("GENRELIB_DATA",) if key in os.environ]
    roots += [CHECKOUT / "data", CHECKOUT.parent / "shared" / "real"]
    return [root / folder for root in roots if (root / folder).is_dir() and any((root / folder).iterdir())]


@contextmanager
def whole(path):
    """Yield a path beside `path` to write to; it takes the name `path` only when the block ends without an
    error.

    A process that is killed leaves the other path behind, a hidden file; `sweep` takes it away.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    part = Path(part)
    try:
        yield part
        os.chmod(part, 0o644)  # mkstemp makes it private
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def sweep(folder, *, older_than=3600):
    """Delete hidden files below `folder` that killed processes left over `older_than` seconds ago."""
    for path in Path(folder).rglob(".*"):
        if path.is_file() and path.stat().st_mtime < time.time() - older_than:
            path.unlink(missing_ok=True)


def digest(*texts):
    """Return a 16-digit hexadecimal digest of texts or bytes, in their order."""
    total = hashlib.sha256()
    for text in texts:
        total.update(text if isinstance(text, bytes) else str(text).encode())
        total.update(b"\0")
    return total.hexdigest()[:16]


def source_digest(*modules):
    """Return a digest of the source of `genrelib` modules: what old code computed is not taken for new."""
    files = []
    for module in modules:
        origin = Path(find_spec(f"genrelib.{module}").origin)
        files += sorted(origin.parent.glob("*.py")) if origin.name == "__init__.py" else [origin]
    return digest(*(file.read_bytes() for file in files))
