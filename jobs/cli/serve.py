"""`palate serve`: the endpoint and its playground on this machine."""

from __future__ import annotations

import time
from typing import Annotated, Literal

import typer

from jobs.cli.options import RELEASES, STORE, Releases, Store
from jobs.cli.output import show_line
from palate.config.load import checked, tree_of


def serve(
    overrides: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE]...", help="Settings to change, such as cache_mb=0."),
    ] = None,
    releases: Releases = RELEASES,
    mode: Annotated[
        Literal["fused", "graph"],
        typer.Option(help="All stages in one process, or each a deployment of its own."),
    ] = "fused",
    store: Store = STORE,
    explainer: Annotated[
        bool, typer.Option(help="Let a language model write explanations, which takes some 2 GB of memory.")
    ] = True,
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but 127.0.0.1 needs keys.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the current release: the API, and a playground to look at in a browser.

    [bold]Examples[/bold]

      palate serve

      palate serve --mode graph --port 8080

      palate serve --store postgresql://user:password@host/palate api.auth=true --host 0.0.0.0
    """
    from serving.settings import ServingSettings

    # Who can reach 127.0.0.1 may use it; for any other address `endpoint` asks for keys.
    given = {"releases": releases, "mode": mode, "store": store, "api": {"auth": False}}
    given |= {"explainer": {"enabled": explainer}}
    settings = checked(ServingSettings, tree_of(overrides or (), given))
    from serving.local import endpoint, wait_for_interrupt

    show_line(f"Starting Ray, the store and the stages ({settings.mode}); this takes some 20 seconds ...")
    began = time.monotonic()
    with endpoint(settings, host, port) as url:
        show_line(f"Ready after {time.monotonic() - began:.0f} s:  {url}  (playground), {url}/docs (API)")
        show_line("Ctrl-C stops it.")
        wait_for_interrupt()
        show_line("Stopping ...")
