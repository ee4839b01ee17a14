import torch

from palate.encode import load_encoder
from palate.encode.padding import split_by_length

TEXTS = [
    "a film",
    "a much longer title of a film which is told by nobody",
    "another film",
    "two",
    "a third one",
]


def features_of(lengths, width, left=False):
    """Token ids that count up from 1 in every text, and 0 where there is padding."""
    columns = torch.arange(width)
    rows = [columns >= width - length if left else columns < length for length in lengths]
    mask = torch.stack(rows).long()
    return {"input_ids": mask.cumsum(1) * mask, "attention_mask": mask}


def test_long_texts_are_set_apart_and_neither_pass_is_wider_than_its_longest_text():
    passes, order = split_by_length(features_of([3, 9, 2, 8, 3], 9), 5)
    assert [part["input_ids"].shape for part in passes] == [(2, 9), (3, 3)]
    lengths = torch.cat([part["attention_mask"].sum(1) for part in passes])
    assert lengths[order].tolist() == [3, 9, 2, 8, 3]


def test_padding_on_the_left_is_taken_away_too():
    passes, _ = split_by_length(features_of([2, 6, 2], 6, left=True), 3)
    assert passes[1]["input_ids"].tolist() == [[1, 2], [1, 2]]


def test_texts_of_one_length_make_one_pass():
    passes, order = split_by_length(features_of([4, 4, 4], 4), 3)
    assert [part["input_ids"].shape for part in passes] == [(3, 4)]
    assert sorted(order.tolist()) == [0, 1, 2]


def test_what_a_model_reads_in_another_form_goes_through_as_it_is():
    bag = {"input_ids": torch.arange(7), "offsets": torch.tensor([0, 3, 5])}
    passes, order = split_by_length(bag, 3)
    assert passes == [bag]
    assert order.tolist() == [0, 1, 2]


def test_vectors_are_those_of_all_texts_at_once(tiny_encoder):
    model = load_encoder(tiny_encoder).model.eval()
    features = model.preprocess(TEXTS)
    tensors = {name: value for name, value in features.items() if torch.is_tensor(value)}
    together = model(dict(tensors))["sentence_embedding"]
    passes, order = split_by_length(tensors, len(TEXTS))
    assert len(passes) == 2
    vectors = torch.cat([model(part)["sentence_embedding"] for part in passes])
    torch.testing.assert_close(vectors[order], together)
