"""The parser of the whole command line."""

from __future__ import annotations

import argparse

import mt
from mt.cli import evaluate, outputs, run, setup, texts, train
from mt.cli.common import Command


class Commands:
    """The commands of `mt`; each module of commands adds its own."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._parsers = parser.add_subparsers(required=True, metavar="COMMAND")
        self._common, self._articles = _common_options(), _article_arguments()

    def add(self, name: str, command: Command, about: str, *, articles: bool = False) -> argparse.ArgumentParser:
        """One command with the options that all have; `articles`: it takes articles as its arguments."""
        parents = [self._articles, self._common] if articles else [self._common]
        parser = self._parsers.add_parser(name, help=about, description=about, parents=parents)
        parser.set_defaults(command=command)
        return parser


def make_parser() -> argparse.ArgumentParser:
    """All commands and their options; what is parsed has the function to call as `command`."""
    parser = argparse.ArgumentParser(prog="mt", description=mt.__doc__)
    parser.add_argument("--version", action="version", version=f"mt {mt.__version__}")
    commands = Commands(parser)
    for module in (run, texts, outputs, setup, train, evaluate):
        module.add_to(commands)
    return parser


def _common_options() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "-c", "--config", metavar="FILE", help="a configuration file, or a ready-made one by name (embedded)"
    )
    common.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="set one key, as translate.decoding.num_beams=1"
    )
    common.add_argument("--offline", action="store_true", help="make no network call at all")
    common.add_argument("-v", "--verbose", action="store_true", help="tell more on stderr")
    return common


def _article_arguments() -> argparse.ArgumentParser:
    articles = argparse.ArgumentParser(add_help=False)
    articles.add_argument(
        "articles",
        nargs="+",
        metavar="ARTICLE",
        help="file (text, HTML, JSON, CSV, Parquet, …), folder, pattern or hf: data set; - for stdin",
    )
    return articles
