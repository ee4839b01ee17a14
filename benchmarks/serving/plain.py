"""The peer: what a person would write instead. One FastAPI app in one uvicorn process, the same stages.

`python -m benchmarks.serving.plain RELEASES PORT` serves `POST /recommend {"history": [...], "k": 10}`.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from palate.data.histories import History
from palate.recommender.artefacts import Artefacts
from palate.recommender.query import Query
from palate.recommender.recommender import Recommender
from palate.release import verified_release
from palate.storage import Folder


class Asked(BaseModel):
    """Whom to recommend to."""

    history: list[str]
    k: int = 10


def plain_app(releases: str) -> FastAPI:
    """The app, with the current release loaded."""
    recommender = Recommender(Artefacts.of(verified_release(Folder(releases))))
    recommender.warm()
    catalogue = recommender.catalogue
    app = FastAPI()

    @app.post("/recommend")
    def recommend(asked: Asked) -> dict[str, Any]:
        items = np.array([catalogue.find(name) for name in asked.history], np.int32)
        history = History(items, np.arange(len(items), dtype=np.int64))
        ranking = recommender.answer([Query(history, asked.k)]).rankings[0]
        places = zip(ranking.items.tolist(), ranking.scores.tolist(), strict=True)
        listed = [
            {"item": catalogue.items[item], "title": catalogue.titles[item], "score": score}
            for item, score in places
        ]
        return {"items": listed}

    @app.get("/healthz")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


if __name__ == "__main__":
    uvicorn.run(plain_app(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
