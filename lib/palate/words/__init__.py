"""Words of any language: one way to fold a text, and one way to split it, for all that compares texts."""

from palate.words.folding import fold
from palate.words.packs import LanguagePacks
from palate.words.splitting import split_words, word_spans

__all__ = ["LanguagePacks", "fold", "split_words", "word_spans"]
