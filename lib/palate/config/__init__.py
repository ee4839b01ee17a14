"""Configuration: one typed tree of settings."""

from palate.config.baselines import BaselinesConfig, HybridConfig
from palate.config.data import DataConfig, TableConfig
from palate.config.explain import ExplainConfig, LanguageModelConfig
from palate.config.load import changed, dump_config, load_config
from palate.config.models import (
    EncoderConfig,
    EncoderObjective,
    SequenceConfig,
)
from palate.config.rerank import (
    ActionConfig,
    ColumnsConfig,
    LanguageRerankConfig,
    PositionBiasConfig,
    RerankConfig,
    ScoreMode,
)
from palate.config.run import EvaluationConfig, IndexConfig, ReleaseConfig, ResourcesConfig
from palate.config.search import RangeConfig, TuneConfig
from palate.config.steering import SteeringConfig
from palate.config.text_users import HistoryTextConfig, TextUsersConfig
from palate.config.tree import Config
from palate.config.tuning import ExplainerTuningConfig
from palate.config.update import UpdateConfig

__all__ = [
    "ActionConfig",
    "BaselinesConfig",
    "ColumnsConfig",
    "Config",
    "DataConfig",
    "EncoderConfig",
    "EncoderObjective",
    "EvaluationConfig",
    "ExplainConfig",
    "ExplainerTuningConfig",
    "HistoryTextConfig",
    "HybridConfig",
    "IndexConfig",
    "LanguageModelConfig",
    "LanguageRerankConfig",
    "PositionBiasConfig",
    "RangeConfig",
    "ReleaseConfig",
    "RerankConfig",
    "ResourcesConfig",
    "ScoreMode",
    "SequenceConfig",
    "SteeringConfig",
    "TableConfig",
    "TextUsersConfig",
    "TuneConfig",
    "UpdateConfig",
    "changed",
    "dump_config",
    "load_config",
]
