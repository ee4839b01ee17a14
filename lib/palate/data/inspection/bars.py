"""Bar charts as inline SVG, which need neither a script nor the network."""

from __future__ import annotations

from collections.abc import Sequence

import jinja2
from markupsafe import Markup

_WIDTH, _HEIGHT, _GAP = 640, 180, 0.15
_LABELLED = 8
"""Labels that stand below a chart at most; each bar tells its own when it is pointed at."""

_TEMPLATE = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
    """<svg viewBox="-24 0 {{ width + 48 }} {{ height + 24 }}" role="img" aria-label="{{ title }}">
{%- for bar in bars %}
<rect x="{{ bar.x }}" y="{{ bar.y }}" width="{{ bar.width }}" height="{{ bar.height }}">
<title>{{ bar.told }}</title></rect>
{%- endfor %}
{%- for label in labels %}
<text x="{{ label.x }}" y="{{ height + 17 }}">{{ label.text }}</text>
{%- endfor %}
</svg>"""
)


def bar_chart(title: str, labels: Sequence[str], values: Sequence[int]) -> Markup:
    """One bar for each value, the highest as high as the chart; `title` is read out instead of it."""
    step, most = _WIDTH / len(values), max(1, *values)
    heights = [round(_HEIGHT * value / most, 1) for value in values]
    bars = [
        {
            "x": round((number + _GAP / 2) * step, 1),
            "y": round(_HEIGHT - height, 1),
            "width": round((1 - _GAP) * step, 1),
            "height": height,
            "told": f"{label}: {value:,}",
        }
        for number, (label, value, height) in enumerate(zip(labels, values, heights, strict=True))
    ]
    every = -(-len(values) // _LABELLED)
    below = [
        {"x": round((number + 0.5) * step, 1), "text": label}
        for number, label in enumerate(labels)
        if number % every == 0
    ]
    return Markup(_TEMPLATE.render(title=title, width=_WIDTH, height=_HEIGHT, bars=bars, labels=below))
