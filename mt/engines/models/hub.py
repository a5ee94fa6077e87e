"""Models on the Hugging Face Hub, kept in the Hub's own cache (HF_HOME), where other programs find them too."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mt.engines.models.folders import (
    INDEX,
    SMALL_FILES,
    WEIGHTS,
    ModelFolder,
    check_folder,
    license_of,
    matches,
    pickled,
    refusal,
)
from mt.errors import ModelError
from mt.files import replacing

if TYPE_CHECKING:
    from huggingface_hub import Discussion

_log = logging.getLogger(__name__)
_LOOK_UP_SECONDS = 5.0
_WANTED = [*SMALL_FILES, *WEIGHTS, "README.md"]
_IGNORED = ["*/*"]
"""Nothing from folders inside a repository: they hold the same model for other frameworks (onnx/, coreml/)."""
_WAY_OUT = "`--config embedded-small` (configs/embedded-small.yaml) works without the Hub"


def fetch(repo_id: str, revision: str | None, *, offline: bool, trusted: Path) -> ModelFolder:
    """The folder of a Hub model; `revision` of the result is the commit's hash.

    Without `revision` it is the main branch, or, where that has only pickled weights, the pull request in which the
    Hub's own converter offers the same weights as safetensors (many OPUS-MT and NLLB repositories). Its author and
    commit are recorded in the folder `trusted`: later that commit is taken, and no other pull request that is cached.

    What is cached is used without asking the Hub whether the branch has moved on: a run depends on the network only
    once, and gives the same tomorrow. Raises `ModelError`, within seconds, when the model is not cached and cannot be
    fetched.
    """
    cached = _found(repo_id, revision, trusted, strict=offline)
    if cached is None:
        if offline:
            raise ModelError(
                f"{_named(repo_id, revision)}: not in the Hub cache, and offline mode downloads nothing; "
                f"if the name is right, download it once with a network (mt models --fetch), or: {_WAY_OUT}"
            )
        cached = _downloaded(repo_id, revision, trusted)
    return ModelFolder(cached, repo_id, cached.name, license_of(cached))


def _found(repo_id: str, revision: str | None, trusted: Path, *, strict: bool) -> Path | None:
    """The snapshot in the Hub's cache, be it that of the converter's pull request that was trusted before."""
    cached = _cached(repo_id, revision, strict=strict)
    if cached is None and revision is None and (commit := _trusted_commit(repo_id, trusted)):
        cached = _cached(repo_id, commit, strict=strict)
    return cached


def _cached(repo_id: str, revision: str | None, *, strict: bool) -> Path | None:
    """The snapshot in the Hub's cache. One that cannot be loaded counts as none, or is an error when `strict`."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        path = Path(
            snapshot_download(
                repo_id, revision=revision, local_files_only=True, allow_patterns=_WANTED, ignore_patterns=_IGNORED
            )
        )
    except LocalEntryNotFoundError:
        return None
    except HFValidationError as error:
        raise ModelError(f"{repo_id}: not a valid Hub id: {error}") from error
    try:
        check_folder(path)
    except ModelError:
        if strict:
            raise
        return None
    return path


class HubUnreachable(ModelError):
    """The Hub could not be asked."""


def look_up(repo_id: str, revision: str | None) -> None:
    """Ask the Hub whether it has a model that mt can use; nothing large is fetched, and the cache is not looked at.

    Raises `HubUnreachable` when it cannot be asked, another `ModelError` when the model cannot be had.
    """
    with _refusals(_named(repo_id, revision)):
        _usable(repo_id, revision)


def _usable(repo_id: str, revision: str | None) -> str | None:
    """The converter's pull request that has safetensors where main has none, or None.

    Raises `ModelError` for a repository that cannot be used.
    """
    pull, files = None, _listing(repo_id, revision)
    if revision is None and (pull := _converter_pull(repo_id, files)):
        files = _listing(repo_id, pull)
    _check_listing(_named(repo_id, pull or revision), files)
    return pull


def _downloaded(repo_id: str, revision: str | None, trusted: Path) -> Path:
    from huggingface_hub import snapshot_download

    with _refusals(_named(repo_id, revision)):
        pull = _usable(repo_id, revision)
        revision = pull or revision
        name = _named(repo_id, revision)
        _log.info("downloading %s from the Hub, once; this takes some minutes", name)
        path = Path(snapshot_download(repo_id, revision=revision, allow_patterns=_WANTED, ignore_patterns=_IGNORED))
    check_folder(path)
    if pull:
        _trust(repo_id, pull, path.name, trusted)
    return path


def _trust(repo_id: str, reference: str, commit: str, trusted: Path) -> None:
    """Record which pull request stands for a repository's main branch, by whom, and at which commit."""
    said = {"repository": repo_id, "reference": reference, "author": _CONVERTER, "commit": commit}
    with replacing(_record_of(repo_id, trusted), shared=True) as aside:
        aside.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def _trusted_commit(repo_id: str, trusted: Path) -> str | None:
    try:
        said = json.loads(_record_of(repo_id, trusted).read_text(encoding="utf-8"))
        return str(said["commit"]) if said["author"] == _CONVERTER else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _record_of(repo_id: str, trusted: Path) -> Path:
    return trusted / f"{repo_id.replace('/', '--')}.json"


def fetch_file(repo_id: str, file: str, revision: str | None, folder: Path) -> Path:
    """One file of a repository, downloaded below `folder`; a download that broke off goes on where it was.

    Raises `ModelError` within seconds when the Hub cannot be reached, or has no such file.
    """
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError

    name = _named(repo_id, revision)
    with _refusals(name):
        if file not in (files := _listing(repo_id, revision)):
            raise ModelError(f"{name}: no file {file}; found {', '.join(files[:12])}")
        try:
            return Path(hf_hub_download(repo_id, file, revision=revision, local_dir=folder))
        except EntryNotFoundError as error:
            raise ModelError(f"{name}: no file {file}: {_first_line(error)}") from error


def to_fetch(repo_id: str, revision: str | None, trusted: Path) -> str | None:
    """What `fetch` would download, in words; None where the model is in the Hub's cache."""
    if _found(repo_id, revision, trusted, strict=False) is not None:
        return None
    return f"{_named(repo_id, revision)} from the Hub, of a size that the Hub tells"


@contextmanager
def _refusals(name: str) -> Iterator[None]:
    """Turns what the Hub and the way to it may answer into a `ModelError` that says what to do."""
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    unreachable: tuple[type[Exception], ...] = (
        *_transport_errors(),
        LocalEntryNotFoundError,
        ConnectionError,
        TimeoutError,
    )
    try:
        yield
    except GatedRepoError as error:
        raise ModelError(f"{name}: gated; accept its terms on the Hub and set HF_TOKEN") from error
    except RepositoryNotFoundError as error:
        raise ModelError(f"{name}: no such model on the Hub; check owner and name (private: set HF_TOKEN)") from error
    except RevisionNotFoundError as error:
        raise ModelError(f"{name}: the model has no such revision; give a branch, a tag or a commit hash") from error
    except HfHubHTTPError as error:
        raise ModelError(f"{name}: the Hub answered {_first_line(error)}; try later, or: {_WAY_OUT}") from error
    except unreachable as error:
        raise HubUnreachable(
            f"{name}: not cached, and the Hub cannot be reached ({_first_line(error)}); {_WAY_OUT}"
        ) from error
    except RuntimeError as error:  # what hf_xet, the Hub's transfer library, raises
        raise ModelError(
            f"{name}: the download was interrupted ({_first_line(error)}); run the command again to resume"
        ) from error
    except OSError as error:
        raise ModelError(f"{name}: the download cannot be stored ({error}); free some space or set HF_HOME") from error


def _listing(repo_id: str, revision: str | None) -> tuple[str, ...]:
    """File names of a repository, by one request with a short time limit and no retries.

    Asked before the download, whose own requests are repeated five times (some 20 seconds) when nothing answers.
    """
    from huggingface_hub import HfApi

    info = HfApi().model_info(repo_id, revision=revision, timeout=_LOOK_UP_SECONDS)
    return tuple(sibling.rfilename for sibling in info.siblings or ())


_CONVERTER = "SFconvertbot"
_CONVERTER_TITLE = "Adding `safetensors` variant of this model"
"""Author and title of the Hub's converter's pull requests, as transformers' `safetensors_conversion` knows them. The
author is checked: anybody can open a pull request with that title."""


def _converter_pull(repo_id: str, files: tuple[str, ...]) -> str | None:
    """`refs/pr/<number>` where main has pickles only and the converter has offered safetensors; else None."""
    if INDEX in files or any(matches(file, WEIGHTS) for file in files) or not pickled(files):
        return None
    for pull in _open_pulls(repo_id):
        if (pull.author, pull.title, pull.is_pull_request) == (_CONVERTER, _CONVERTER_TITLE, True):
            return pull.git_reference
    return None


def _open_pulls(repo_id: str) -> Iterator[Discussion]:
    from huggingface_hub import HfApi

    return HfApi().get_repo_discussions(
        repo_id, author=_CONVERTER, discussion_type="pull_request", discussion_status="open"
    )


def _check_listing(name: str, files: tuple[str, ...]) -> None:
    """Refuse a repository that cannot be used before anything large is fetched."""
    if "config.json" not in files:
        raise ModelError(f"{name}: no config.json, so this is not a transformers model; found {', '.join(files[:12])}")
    if INDEX in files or any(matches(file, WEIGHTS) for file in files):
        return
    if pickles := pickled(tuple(file for file in files if "/" not in file)):
        raise ModelError(
            f"{name}: {refusal(pickles)}. The Hub's converter offers no safetensors of it either; ask it to (see the "
            f"model's Community page), or choose another model, or: {_WAY_OUT}"
        )
    raise ModelError(f"{name}: no safetensors weights; found {', '.join(files[:12])}")


def _transport_errors() -> tuple[type[Exception], ...]:
    """What failed requests raise: huggingface_hub 2 speaks through httpx2, 1 through httpx."""
    modules = (import_module(name) for name in ("httpx2", "httpx") if find_spec(name))
    return tuple(module.TransportError for module in modules)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _named(repo_id: str, revision: str | None) -> str:
    return f"{repo_id}@{revision}" if revision else repo_id
