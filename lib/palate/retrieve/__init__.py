"""Candidate generation: retrievers and indices, from a history or a vector to candidate items."""

from palate.retrieve.als import ImplicitAls, fit_implicit_als
from palate.retrieve.base import Scorer, StoredScorer
from palate.retrieve.ease import Ease, EaseRecent, fit_ease
from palate.retrieve.index import SearchResult, ShardedIndex, VectorShard, merge_results
from palate.retrieve.knn import ItemKnn, fit_item_knn
from palate.retrieve.popularity import Popularity, RecentPopularity, fit_popularity, fit_recent_popularity
from palate.retrieve.registry import METHODS, RETRIEVERS
from palate.retrieve.retriever import FittedModel, Retriever, TrainingData
from palate.retrieve.store import load_model, load_models, model_files, save_model, saved_methods
from palate.retrieve.user_knn import UserKnn, fit_user_knn

__all__ = [
    "METHODS",
    "RETRIEVERS",
    "Ease",
    "EaseRecent",
    "FittedModel",
    "ImplicitAls",
    "ItemKnn",
    "Popularity",
    "RecentPopularity",
    "Retriever",
    "Scorer",
    "SearchResult",
    "ShardedIndex",
    "StoredScorer",
    "TrainingData",
    "UserKnn",
    "VectorShard",
    "fit_ease",
    "fit_implicit_als",
    "fit_item_knn",
    "fit_popularity",
    "fit_recent_popularity",
    "fit_user_knn",
    "load_model",
    "load_models",
    "merge_results",
    "model_files",
    "save_model",
    "saved_methods",
]
