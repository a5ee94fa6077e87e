"""The configuration: a strict schema (`schema`), and where its values come from (`loading`)."""

from mt.config.loading import config_folder, config_names, load_config
from mt.config.schema import (
    PRESETS,
    ArticlesConfig,
    BatchConfig,
    Config,
    ConsistencyConfig,
    Decoding,
    ModelConfig,
    Prompt,
    RepairConfig,
    ReportConfig,
    SecondConfig,
    Stage,
    SummarizeConfig,
    SummaryLength,
    TranslateConfig,
    Use,
)

__all__ = [
    "PRESETS",
    "ArticlesConfig",
    "BatchConfig",
    "Config",
    "ConsistencyConfig",
    "Decoding",
    "ModelConfig",
    "Prompt",
    "RepairConfig",
    "ReportConfig",
    "SecondConfig",
    "Stage",
    "SummarizeConfig",
    "SummaryLength",
    "TranslateConfig",
    "Use",
    "config_folder",
    "config_names",
    "load_config",
]
