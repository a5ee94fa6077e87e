"""`mt merge` and `mt report`: output folders of finished runs, without a model."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mt.cli.common import DONE, FORMATS, SOME_FAILED, formats_of, path, say

if TYPE_CHECKING:
    from mt.cli.parser import Commands


def add_to(commands: Commands) -> None:
    """Add `mt merge` and `mt report`."""
    about = "merge the outputs of all shards of a run, in input order"
    merging = commands.add("merge", merge, about)
    merging.add_argument(
        "output", type=path, metavar="OUT", help="folder for the merged output, new or from an earlier merge"
    )
    merging.add_argument("shards", type=path, nargs="+", metavar="SHARD", help="output folders of mt run --shard")
    about = "rebuild the reports and the index page of an output folder, without models"
    reporting = commands.add("report", report, about)
    reporting.add_argument("output", type=path, metavar="OUT", help="output folder of mt run or mt merge")
    reporting.add_argument(
        "--format", action="append", choices=FORMATS, help="formats to write; default: those of the run; repeatable"
    )


def merge(options: argparse.Namespace) -> int:
    """The output folders of all shards of a run as one."""
    from mt.runs.shards import merge_shards

    merged = merge_shards(options.output, options.shards)
    say(f"mt: {merged.done} done, {merged.failed} failed; in {options.output}")
    return SOME_FAILED if merged.failed else DONE


def report(options: argparse.Namespace) -> int:
    """Reports and index page of an output folder from its records, without a model; the index's path to stdout."""
    from mt.runs.publishing import publish

    each, parquet = formats_of(options.format)
    published = publish(options.output, each if options.format else None, parquet=parquet)
    print(published.index)
    kind = "report" if published.done == 1 else "reports"
    say(f"mt: {published.done} {kind} rebuilt; {published.failed} failed")
    return DONE
