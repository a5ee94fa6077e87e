"""The configuration: a strict schema (`schema`), and where its values come from (`loading`)."""

from mt.config.loading import config_folder, config_names, load_config
from mt.config.schema import (
    PRESETS,
    ArticlesConfig,
    BatchConfig,
    Config,
    Decoding,
    ModelConfig,
    Prompt,
    ReportConfig,
    SummarizeConfig,
    SummaryLength,
    TranslateConfig,
)

__all__ = [
    "PRESETS",
    "ArticlesConfig",
    "BatchConfig",
    "Config",
    "Decoding",
    "ModelConfig",
    "Prompt",
    "ReportConfig",
    "SummarizeConfig",
    "SummaryLength",
    "TranslateConfig",
    "config_folder",
    "config_names",
    "load_config",
]
