"""Releases, `palate releases`: what was published, what is current, and how to change that."""

from __future__ import annotations

from operator import itemgetter
from typing import Annotated, Any

import typer

from jobs.cli.options import RELEASES, AsJson, Releases
from jobs.cli.output import show_json, show_line, show_table
from palate.errors import PalateError
from palate.release import find_release, read_pointer, release_ids, verified_release, verify
from palate.release import promote as promote_release
from palate.release import rollback as roll_back
from palate.storage import Folder

releases = typer.Typer(
    help="List, inspect, promote and roll back releases.", no_args_is_help=True, rich_markup_mode="rich"
)


@releases.command("list")
def list_releases(uri: Releases = RELEASES, as_json: AsJson = False) -> None:
    """List the releases, oldest first; `current` marks the one that answers.

    [bold]Example[/bold]

      palate releases list --releases s3://bucket/releases
    """
    folder = Folder(uri)
    current = read_pointer(folder).current
    rows = [_summary(folder, release_id, current) for release_id in release_ids(folder)]
    if as_json:
        show_json(rows)
    elif not rows:
        show_line(f"There are no releases in {uri}; palate retrain publishes one")
    else:
        columns = ["id", "dataset", "method", "megabytes", "state"]
        show_table(f"Releases in {uri}", columns, map(itemgetter(*columns), rows))


@releases.command()
def show(
    release_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Default: the current one.")
    ] = None,
    uri: Releases = RELEASES,
    as_json: AsJson = False,
) -> None:
    """Show a release: where it came from, its files, and whether they are still what was published.

    [bold]Examples[/bold]

      palate releases show

      palate releases show 20261122-001530-ab12cd --json
    """
    folder = Folder(uri)
    release = verified_release(folder) if release_id is None else find_release(folder, release_id)
    manifest, problems = release.manifest, verify(release)
    if as_json:
        show_json(manifest.model_dump(mode="json") | {"problems": problems})
        return
    files = [(name, f"{entry.bytes:,}", entry.sha256[:16]) for name, entry in sorted(manifest.files.items())]
    show_table(f"Release {manifest.id}", ["file", "bytes", "sha256"], files)
    show_line(f"Published {manifest.created:%Y-%m-%d %H:%M:%S} UTC by palate {manifest.palate}")
    show_line(f"Data set {manifest.dataset}, recommends with {manifest.method}")
    if manifest.refitted:
        show_line("Has learned all events; its metrics are of models that had not seen what was sought")
    show_line("Damaged: " + "; ".join(problems) if problems else "Every file is as it was published")


@releases.command()
def promote(
    release_id: Annotated[str, typer.Argument(metavar="ID", help="Release to make current.")],
    uri: Releases = RELEASES,
    as_json: AsJson = False,
) -> None:
    """Verify a release and make it the current one.

    [bold]Example[/bold]

      palate releases promote 20261122-001530-ab12cd
    """
    _show_current(promote_release(Folder(uri), release_id).manifest.id, as_json)


@releases.command()
def rollback(uri: Releases = RELEASES, as_json: AsJson = False) -> None:
    """Go back to the release that was current before this one.

    [bold]Example[/bold]

      palate releases rollback
    """
    _show_current(roll_back(Folder(uri)).manifest.id, as_json)


def _summary(folder: Folder, release_id: str, current: str | None) -> dict[str, Any]:
    state = "current" if release_id == current else ""
    try:
        manifest = find_release(folder, release_id).manifest
    except PalateError:
        return {"id": release_id, "dataset": "", "method": "", "megabytes": "", "state": "incomplete"}
    megabytes = f"{manifest.size / 1e6:.1f}"
    return {
        "id": release_id,
        "dataset": manifest.dataset,
        "method": manifest.method,
        "megabytes": megabytes,
        "state": state,
    }


def _show_current(release_id: str, as_json: bool) -> None:
    if as_json:
        show_json({"current": release_id})
    else:
        show_line(f"Release {release_id} is now current")
