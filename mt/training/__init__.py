"""Training and fine-tuning of seq2seq translators on one's own pairs of sentences, up to a folder that mt loads.

A plain loop, not transformers' Seq2SeqTrainer: batches of like length by tokens, a learning rate that falls with a
budget of minutes, checkpoints that are whole after `kill -9`, and a resumed run that equals an uninterrupted one
would each have to be built around the Trainer, and language codes are fed by the package's own engine.
"""

from mt.training.settings import TrainingConfig, load_training, training_folder

__all__ = ["TrainingConfig", "load_training", "training_folder"]
