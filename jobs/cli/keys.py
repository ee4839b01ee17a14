"""`palate keys`: who may ask the endpoint, and for what."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from jobs.cli.options import STORE, AsJson, Store
from jobs.cli.output import show_json, show_line, show_table
from palate.online import KeyRing, PostgresStore, Role, store_at

T = TypeVar("T")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is.")]

keys = typer.Typer(help="Create, list and revoke API keys.", no_args_is_help=True, rich_markup_mode="rich")


@keys.command()
def create(
    name: Name,
    role: Annotated[
        Role,
        typer.Option(
            help="read: ask; write: also send events; catalogue: ask, and change items; admin: everything; "
            "metrics: see metrics alone."
        ),
    ] = Role.READ,
    store: Store = STORE,
    as_json: AsJson = False,
) -> None:
    """Create a key and show its secret, which is stored nowhere and cannot be shown again.

    [bold]Examples[/bold]

      palate keys create website --role write

      PALATE_STORE=postgresql://palate:secret@db/palate palate keys create website
    """
    secret = _ask(store, lambda ring: ring.create_key(name, role))
    if as_json:
        show_json({"name": name, "role": role, "secret": secret})
    else:
        show_line(secret)
        show_line(f"This is the key of {name} ({role}). Keep it now: it cannot be shown again.")


@keys.command("list")
def list_keys(store: Store = STORE, as_json: AsJson = False) -> None:
    """List the keys, without their secrets.

    [bold]Example[/bold]

      palate keys list
    """
    stored = _ask(store, lambda ring: ring.list())
    rows = [
        {"name": key.name, "role": key.role, "created": f"{key.created:%Y-%m-%d %H:%M}"} for key in stored
    ]
    if as_json:
        show_json(rows)
    elif not rows:
        show_line("There are no keys; palate keys create NAME makes one")
    else:
        show_table("API keys", list(rows[0]), [list(row.values()) for row in rows])


@keys.command()
def revoke(name: Name, store: Store = STORE, as_json: AsJson = False) -> None:
    """Revoke a key; a running endpoint refuses it within ten seconds.

    [bold]Example[/bold]

      palate keys revoke website
    """
    _ask(store, lambda ring: ring.revoke(name))
    if as_json:
        show_json({"revoked": name})
    else:
        show_line(f"The key of {name} is revoked")


def _ask(store: str, question: Callable[[KeyRing], Awaitable[T]]) -> T:
    with store_at(store) as url:
        return asyncio.run(_answer(url, question))


async def _answer(url: str, question: Callable[[KeyRing], Awaitable[T]]) -> T:
    store = await PostgresStore.open(url, pool_size=1)
    try:
        return await question(KeyRing(store))
    finally:
        await store.close()
