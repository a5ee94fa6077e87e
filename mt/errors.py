"""The errors a user of `mt` can meet. Each message names the place, what was found and what was expected."""


class MtError(Exception):
    """Anything that `mt` reports to its user on purpose."""


class ConfigError(MtError):
    """The configuration cannot be used; the message lists every fault at once."""


class InputError(MtError):
    """An article cannot be read or must not be translated; the message names the file, line or article."""


class ModelError(MtError):
    """A model cannot be found, fetched, loaded or run; the message names the model and a way out."""


class OutputError(MtError):
    """A report cannot be written; the message names the path. It concerns no single article, so the run should stop."""
