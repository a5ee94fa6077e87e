"""The configuration: a strict schema (`schema`), and where its values come from (`loading`)."""

from mt.config.loading import config_folder, config_names, load_config, load_settings
from mt.config.schema import (
    PRESETS,
    ArticlesConfig,
    BatchConfig,
    Config,
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
    is_noncommercial,
)

__all__ = [
    "PRESETS",
    "ArticlesConfig",
    "BatchConfig",
    "Config",
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
    "is_noncommercial",
    "load_config",
    "load_settings",
]
