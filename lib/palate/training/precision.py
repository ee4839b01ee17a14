"""Mixed precision: which number format a device computes fastest in."""

from __future__ import annotations

from typing import Literal

import torch

Precision = Literal["auto", "bf16", "fp32"]


def autocast(device: torch.device, precision: Precision) -> torch.autocast:
    """The context in which a forward pass runs, in bfloat16 or as it is in float32.

    `auto` takes bfloat16 on a card that has it and on a processor with matrix tiles (AMX). A processor
    with only AVX512-BF16 instructions stays with float32: converting the weights at every step costs
    it more than the products gain.
    """
    bf16 = _fast_bf16(device) if precision == "auto" else precision == "bf16"
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16)


def _fast_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_amx_tile_supported())
