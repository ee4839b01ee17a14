"""Dynamic int8 quantisation: an encoder with weights of a byte each, for processors."""

from __future__ import annotations

import warnings

import torch
from torch import nn
from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic

from palate.encode.encoder import TextEncoder


def to_int8(encoder: TextEncoder) -> TextEncoder:
    """A copy whose linear maps multiply whole numbers of 8 bits.

    A weight is rounded by the range of its row, an activation by that of its batch when it comes along; so a
    text's vector depends a little on the texts that are encoded with it. On a CPU only.
    """
    # PyTorch means to move this to a package of its own, torchao, and says so at every call.
    with warnings.catch_warnings(action="ignore"):
        model = quantize_dynamic(encoder.model, {nn.Linear: per_channel_dynamic_qconfig}, dtype=torch.qint8)
    return TextEncoder(model, encoder.batch_size)
