"""Weight interpolation (WiSE-FT): an encoder between the model as it came and what it has learned.

theta_0 + a (theta - theta_0), after Wortsman et al., "Robust fine-tuning of zero-shot models" (CVPR 2022).
"""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def interpolate(tuned: nn.Module, base: nn.Module, share: float) -> None:
    """Leave `share` (0 to 1) of the way from `base` to `tuned`, weights of one architecture, in `tuned`.

    Adapters are scaled before they are merged instead (`merge_adapters`).
    """
    came = base.state_dict()
    for name, weight in tuned.state_dict().items():
        if weight.is_floating_point():
            weight.copy_(torch.lerp(came[name].to(weight), weight, share))
