"""A tiny encoder in the packed form of the multilingual data package, with random weights."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

WIDTH, INNER, LAYERS, HEADS, POSITIONS = 32, 64, 1, 2, 64
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁red", "▁cat", "▁", *"caterd星际")
LAYER = {"q": (WIDTH, WIDTH), "k": (WIDTH, WIDTH), "v": (WIDTH, WIDTH), "ao": (WIDTH, WIDTH)}
LAYER |= {"fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}


def write_packed_encoder(path: Path) -> dict[str, np.ndarray]:
    """Write the file; its tensors by name, as they are to be read."""
    chance, tensors, content = np.random.default_rng(0), {}, b""
    entries = []
    header = _header()
    names = _tensors()
    table = sum(2 + len(name) + 1 + 4 + 8 + 8 for name, _, _ in names) + 4
    for name, shape, packed in names:
        size = int(np.prod(shape))
        if packed:
            nibbles = chance.integers(0, 16, (size // 32, 32), np.uint8)
            scales = chance.normal(0, 0.02, size // 32).astype(np.float16)
            tensors[name] = ((nibbles.astype(np.float32) - 8) * scales.astype(np.float32)[:, None]).ravel()
            halves = nibbles[:, :16] | (nibbles[:, 16:] << 4)
            raw = b"".join(
                scale.tobytes() + half.tobytes() for scale, half in zip(scales, halves, strict=True)
            )
        else:
            tensors[name] = chance.normal(0, 0.2, size).astype(np.float32)
            raw = tensors[name].tobytes()
        place = len(header) + table + len(content)
        entries.append(
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", packed, size, place, len(raw))
        )
        content += raw
    path.write_bytes(header + struct.pack("<i", len(names)) + b"".join(entries) + content)
    return tensors


def _header() -> bytes:
    texts = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, texts)]).tolist()
    shape = (WIDTH, LAYERS, HEADS, INNER, len(PIECES), POSITIONS, 2)
    head = b"E5S1" + struct.pack("<I7ifi", 1, *shape, 1e-12, 32)
    head += struct.pack("<i4iQ", len(PIECES), 0, 2, 1, 3, ends[-1])
    head += struct.pack(f"<{len(ends)}I", *ends)
    head += struct.pack(f"<{len(PIECES)}f", *(-float(number) for number in range(len(PIECES))))
    sign = struct.pack("<IBI", 0xFF21, 1, ord("A"))
    return head + b"".join(texts) + struct.pack("<iI", 1, len(sign)) + sign


def _tensors() -> list[tuple[str, tuple[int, ...], bool]]:
    tensors: list[tuple[str, tuple[int, ...], bool]] = [
        ("emb.word", (len(PIECES), WIDTH), True),
        ("emb.pos", (POSITIONS, WIDTH), False),
        ("emb.type", (2, WIDTH), False),
        ("emb.ln.w", (WIDTH,), False),
        ("emb.ln.b", (WIDTH,), False),
    ]
    for name, shape in LAYER.items():
        tensors += [(f"l0.{name}.w", shape, True), (f"l0.{name}.b", shape[:1], False)]
    for name in ("aln", "oln"):
        tensors += [(f"l0.{name}.w", (WIDTH,), False), (f"l0.{name}.b", (WIDTH,), False)]
    return tensors
