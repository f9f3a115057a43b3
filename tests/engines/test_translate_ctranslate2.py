"""Model folders of CTranslate2: what they hold, and a tiny real one at work."""

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from ctranslate2.specs import transformer_spec

from vermilion.engines.translate import Ask, EngineError
from vermilion.engines.translate_ctranslate2 import Folder, layout

SENTENCES = [f"the {colour} {animal} sits on the {thing}" for colour in ("red", "blue", "old") for animal in
             ("cat", "dog", "bird") for thing in ("mat", "roof", "chair")]  # fmt: skip


@pytest.fixture(scope="module")
def marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Transformer with random weights, in the layout of a converted OPUS-MT model."""
    folder = tmp_path_factory.mktemp("models") / "opus-mt-en-fr"
    folder.mkdir()
    for name in ("source", "target"):
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(SENTENCES), model_prefix=str(folder / name), vocab_size=28, minloglevel=2
        )
        (folder / f"{name}.model").rename(folder / f"{name}.spm")
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    words = ["</s>", "<unk>", *(pieces.id_to_piece(at) for at in range(3, pieces.get_piece_size()))]
    spec = transformer_spec.TransformerSpec.from_config(1, 2)
    size, chance = 16, np.random.default_rng(7)

    def weights(*shape: int) -> np.ndarray:
        return chance.normal(0, 0.3, shape).astype(np.float32)

    for side in (spec.encoder, spec.decoder):
        side.scale_embeddings, side.position_encodings.encodings = 4.0, weights(512, size)
        tables = side.embeddings if isinstance(side.embeddings, list) else [side.embeddings]
        tables[0].weight = weights(len(words), size)
        for norm in [side.layer_norm] if hasattr(side, "layer_norm") else []:
            norm.gamma, norm.beta = np.ones(size, np.float32), weights(size)
        for layer in side.layer:
            attentions = [(layer.self_attention, (3 * size, size))]
            if hasattr(layer, "attention"):
                attentions.append((layer.attention, (size, 2 * size, size)))
            for attention, rows in attentions:
                for linear, count in zip(attention.linear, rows, strict=True):
                    linear.weight, linear.bias = weights(count, size), weights(count)
                attention.layer_norm.gamma, attention.layer_norm.beta = (
                    np.ones(size, np.float32),
                    weights(size),
                )
            layer.ffn.layer_norm.gamma, layer.ffn.layer_norm.beta = np.ones(size, np.float32), weights(size)
            layer.ffn.linear_0.weight, layer.ffn.linear_0.bias = weights(32, size), weights(32)
            layer.ffn.linear_1.weight, layer.ffn.linear_1.bias = weights(size, 32), weights(size)
    spec.decoder.projection.weight = weights(len(words), size)
    spec.register_source_vocabulary(words)
    spec.register_target_vocabulary(words)
    spec.validate()
    spec.optimize()
    spec.save(str(folder))
    (folder / "tokenizer_config.json").write_text(
        '{"source_lang": "en", "target_lang": "fr"}', encoding="utf-8"
    )
    return folder


async def test_a_real_model_answers_many_asks_at_once(marian: Path) -> None:
    make = Folder(marian)
    assert not make.serves("en", "fr")
    await make.start()
    try:
        assert make.serves("en-GB", "fr")
        assert not make.serves("fr", "en")
        asks = [Ask(text=text, source="en", target="fr", attempt=at % 2) for at, text in enumerate(SENTENCES)]
        said = await asyncio.gather(*(make.translate(ask) for ask in asks))
        assert len(said) == len(SENTENCES)
        assert await make.translate(asks[0]) == said[0]
        with pytest.raises(EngineError) as raised:
            await make.translate(Ask(text="salut", source="fr", target="en"))
        assert raised.value.fault == "refused"
        with pytest.raises(EngineError) as raised:
            await make.translate(Ask(text="cat " * 2000, source="en", target="fr"))
        assert raised.value.fault == "refused"
    finally:
        await make.close()
    with pytest.raises(EngineError):
        await make.translate(asks[0])


async def test_one_that_is_too_slow_does_not_hold_its_ask(
    marian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vermilion.engines.translate_ctranslate2.seconds_for", lambda _: 0.0)
    make = Folder(marian)
    await make.start()
    with pytest.raises(EngineError) as raised:
        await make.translate(Ask(text=SENTENCES[0], source="en", target="fr"))
    await make.close()
    assert raised.value.fault == "slow"


def folder_with(tmp_path: Path, name: str, *files: str, words: list[str] | None = None) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    for file in files:
        (folder / file).write_bytes(b"x")
    if words is not None:
        (folder / "shared_vocabulary.json").write_text(json.dumps(words), encoding="utf-8")
    return folder


def test_an_nllb_folder_tells_its_languages_by_its_words(tmp_path: Path) -> None:
    words = ["<s>", "eng_Latn", "zho_Hans", "zho_Hant", "por_Latn"]
    found = layout(folder_with(tmp_path, "nllb", "model.bin", "sentencepiece.bpe.model", words=words))
    assert found.serves("pt", "zh-Hant")
    assert found.token("zh-Hant") == "zho_Hant"
    assert found.token("zh-Hans") == "zho_Hans"
    assert not found.serves("en", "ko")


def test_an_m2m_folder_has_tokens_of_its_own(tmp_path: Path) -> None:
    found = layout(folder_with(tmp_path, "m2m", "model.bin", "spm.128k.model", words=["__en__", "__zh__"]))
    assert found.serves("en", "zh")
    assert (found.token("en"), found.source_pieces.name) == ("__en__", "spm.128k.model")


def test_a_marian_folder_may_tell_its_pair_by_its_name(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "opus-mt-fr-en-int8", "model.bin", "source.spm", "target.spm", words=["a"])
    assert layout(folder).pair == ("fr", "en")


@pytest.mark.parametrize(
    ("files", "words", "told"),
    [
        ((), None, "model.bin"),
        (("model.bin",), None, "vocabulary"),
        (("model.bin",), ["a"], "source.spm"),
        (("model.bin", "source.spm"), ["a"], "target.spm"),
        (("model.bin", "source.spm", "target.spm"), ["a"], "languages"),
        (("model.bin",), ["__en__"], "sentencepiece"),
    ],
)
async def test_a_folder_that_lacks_something_is_unready(
    files: tuple[str, ...], words: list[str] | None, told: str, tmp_path: Path
) -> None:
    with pytest.raises(EngineError, match=told) as raised:
        await Folder(folder_with(tmp_path, "model", *files, words=words)).start()
    assert raised.value.fault == "unready"


async def test_a_damaged_model_is_unready(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "m-en-fr", "model.bin", "source.spm", "target.spm", words=["a"])
    with pytest.raises(EngineError) as raised:
        await Folder(folder).start()
    assert raised.value.fault == "unready"
