"""The parser of the whole command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn, TypeVar, overload

import mt
from mt.cli import evaluate, outputs, run, setup, texts, train
from mt.cli.common import Command
from mt.cli.suggestions import for_choice, for_options

N = TypeVar("N")

EXAMPLES = """\
examples:
  mt run news/ -o out                    a folder of articles; then open out/index.html
  mt run news/ -o out --bullets 3        summaries as three points
  mt translate article.txt               print the English translation
  mt summarize english.txt --words 40    the summary of an English text
  mt run news.jsonl -o out -c opus-big   use other models
  mt check-config -c my.yaml             check a configuration

ready configurations for -c:
  embedded        the default, without the Hugging Face Hub; summarizer with 1.5 billion parameters (1.1 GB)
  embedded-small  the same translator, smaller summarizer (95 MB): faster, but more often wrong
  opus-fast       OPUS-MT and DistilBART; CPU
  opus-big        OPUS-MT big and BART; CPU or GPU
  nllb            NLLB-200 and PEGASUS; not for commercial use
  madlad          MADLAD-400 3B and BART; GPU
  llm             Qwen3-4B for both stages; GPU

`mt COMMAND --help` lists the options of a command. `mt --print-completion bash` (or zsh, tcsh) prints shell completion.
"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors say what may have been meant, in place of the usage of all options."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.commands: dict[str, Parser] = {}
        """The parsers of all commands by name, "" for the one of no command; they know each other, too."""
        self._given: Sequence[str] = ()

    @property
    def options(self) -> list[str]:
        """How all options are written."""
        return list(self._option_string_actions)

    @overload
    def parse_known_args(
        self, args: Iterable[str] | None = None, namespace: None = None
    ) -> tuple[argparse.Namespace, list[str]]: ...
    @overload
    def parse_known_args(self, args: Iterable[str] | None, namespace: N) -> tuple[N, list[str]]: ...
    @overload
    def parse_known_args(self, *, namespace: N) -> tuple[N, list[str]]: ...
    def parse_known_args(self, args: Iterable[str] | None = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As argparse's; what was given is kept for errors."""
        self._given = sys.argv[1:] if args is None else list(args)
        return super().parse_known_args(self._given, namespace)

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and the message, with a suggestion where one is at hand."""
        named = [name for name, parser in self.commands.items() if name and parser is self]
        command = next((name for name in [*named, *self._given] if name in self.commands), "")
        options = {name: parser.options for name, parser in self.commands.items()}
        hint = for_choice(message) or for_options(self._given, command, options)
        program = f"mt {command}".strip()
        self.exit(2, f"{program}: error: {message}{hint}\n`{program} --help` lists the options\n")


class _Once(argparse.Action):
    """An option that may be given once: a second value would silently win."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        if getattr(namespace, self.dest) is not None:
            parser.error(
                f"{option_string} is given twice ({getattr(namespace, self.dest)}, {values}): use one configuration "
                "and change single keys with --set KEY=VALUE"
            )
        setattr(namespace, self.dest, values)


class _Completion(argparse.Action):
    """Prints the completion script of a shell."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        import shtab

        print(shtab.complete(parser, shell=str(values)))
        parser.exit()


class Commands:
    """The commands of `mt`; each module of commands adds its own."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        parser.commands[""] = parser
        self._parsers = parser.add_subparsers(required=True, metavar="COMMAND")
        self._common, self._articles = _common_options(), _article_arguments()

    def add(self, name: str, command: Command, about: str, *, articles: bool = False) -> argparse.ArgumentParser:
        """One command with the options that all have; `articles`: it takes articles as its arguments."""
        parents = [self._articles, self._common] if articles else [self._common]
        parser = self._parsers.add_parser(name, help=about, description=about, parents=parents)
        parser.set_defaults(command=command)
        parser.commands = self._parser.commands
        self._parser.commands[name] = parser
        return parser


def make_parser() -> argparse.ArgumentParser:
    """All commands and their options; what is parsed has the function to call as `command`."""
    parser = Parser(
        prog="mt",
        description=(mt.__doc__ or "").partition("\n")[0],
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"mt {mt.__version__}")
    parser.add_argument(
        "--print-completion",
        action=_Completion,
        choices=("bash", "zsh", "tcsh"),
        help="print a completion script for this shell",
    )
    commands = Commands(parser)
    for module in (run, texts, outputs, setup, train, evaluate):
        module.add_to(commands)
    return parser


def _common_options() -> Parser:
    common = Parser(add_help=False)
    common.add_argument(
        "-c",
        "--config",
        action=_Once,
        metavar="FILE",
        help="a configuration file, or the name of a ready configuration (see mt --help)",
    )
    common.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="set one key, such as translate.decoding.num_beams=1; repeatable",
    )
    common.add_argument("--offline", action="store_true", help="make no network requests")
    common.add_argument("-v", "--verbose", action="store_true", help="print more messages to stderr")
    return common


def _article_arguments() -> Parser:
    articles = Parser(add_help=False)
    articles.add_argument(
        "articles",
        nargs="+",
        metavar="ARTICLE",
        help="file (text, HTML, JSON, CSV, Parquet, …), folder, pattern, web address or hf: dataset; - for stdin",
    )
    return articles
