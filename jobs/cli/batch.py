"""Answers for everybody: `palate recommend --all`, `palate similar --all` and `palate embed`, on Ray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli.options import RELEASES, Actors, AsJson, ReleaseId, Releases
from jobs.cli.output import resumable, show_json, show_line
from palate.errors import PalateError
from palate.release import Release, verified_release
from palate.storage import Folder, absolute_uri

if TYPE_CHECKING:
    from palate.rank.rules import Rules


def embed(
    texts: Annotated[
        str,
        typer.Argument(
            metavar="TEXTS", help="A text a line, or Parquet with a column `text`; a file or URI."
        ),
    ],
    out: Annotated[str, typer.Option("--out", metavar="URI", help="New folder or object-store URI.")],
    release_id: ReleaseId = None,
    actors: Actors = 1,
    releases: Releases = RELEASES,
    as_json: AsJson = False,
) -> None:
    """Write the vectors of texts, by the text encoder of a release; an interrupted run goes on.

    [bold]Examples[/bold]

      palate embed descriptions.txt --out vectors

      palate embed s3://bucket/descriptions.parquet --out s3://bucket/vectors --actors 4
    """
    out = reachable(out, "--out")
    release = _verified(releases, release_id)
    from jobs.batch.embed import embed_all  # brings Ray: seconds that other commands save

    with resumable():
        manifest = embed_all(release, texts, out, actors)
    _show(manifest, f"vectors in {out}/vectors", as_json)


def recommend_everybody(
    rules: Rules,
    *,
    k: int,
    reasons: bool,
    users: str | None,
    out: str | None,
    actors: int,
    release_id: str | None,
    releases: str,
    as_json: bool,
) -> None:
    """The lists of all users, or of those in a file."""
    out = reachable(out, "--out")
    release = _verified(releases, release_id)
    from jobs.batch.recommend import recommend_all
    from palate.recommender.batch import ListSettings

    with resumable():
        manifest = recommend_all(release, out, ListSettings(k, rules, reasons), users=users, actors=actors)
    _show(manifest, f"lists in {out}/lists", as_json)
    if manifest["rows_quarantined"] and not as_json:
        show_line(f"set aside, as the release has no such users: {manifest['rows_quarantined']:,}")


def similar_to_each(
    k: int, *, out: str | None, actors: int, release_id: str | None, releases: str, as_json: bool
) -> None:
    """The neighbours of all items."""
    out = reachable(out, "--out")
    release = _verified(releases, release_id)
    from jobs.batch.similar import similar_all

    with resumable():
        manifest = similar_all(release, out, k, actors)
    _show(manifest, f"lists in {out}/similar", as_json)


def reachable(uri: str | None, option: str) -> str:
    """The URI, absolute; `PalateError` without one, or for a folder of a job's own on a cluster."""
    from jobs.runtime.cluster_address import cluster_address

    if uri is None:
        raise PalateError(f"Say where the files go: {option} FOLDER, or {option} s3://BUCKET/FOLDER")
    if cluster_address() is not None and absolute_uri(uri) != uri:
        raise PalateError(
            f"{option} {uri} is in the job's own working folder, which does not last; on a cluster give a "
            "URI or the absolute path of a place that every node reaches"
        )
    return absolute_uri(uri)


def _verified(releases: str, release_id: str | None) -> Release:
    return verified_release(Folder(reachable(releases, "--releases")), release_id)


def _show(manifest: dict[str, Any], what: str, as_json: bool) -> None:
    if as_json:
        show_json(manifest)
    else:
        show_line(f"{manifest['rows_out']:,} {what}  (release {manifest['release']})")
