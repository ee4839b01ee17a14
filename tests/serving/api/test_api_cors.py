"""Scripts of other pages may ask only where the settings name the page's origin."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from serving.api.settings import ApiSettings
from tests.support.api.client import ask, guarded_app, open_app

SHOP = "https://shop.example"
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type,x-api-key",
}


def test_by_default_no_other_page_may_ask() -> None:
    response = ask(open_app(), "GET", "/v1/items/i0", headers={"Origin": SHOP})
    assert "access-control-allow-origin" not in response.headers
    assert (
        ask(open_app(), "OPTIONS", "/v1/recommend", headers=PREFLIGHT | {"Origin": SHOP}).status_code == 405
    )


def test_a_named_page_may_ask_and_others_may_not() -> None:
    app = guarded_app(cors_origins=(SHOP,))
    asked = ask(app, "OPTIONS", "/v1/recommend", headers=PREFLIGHT | {"Origin": SHOP})
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == SHOP
    other = ask(app, "OPTIONS", "/v1/recommend", headers=PREFLIGHT | {"Origin": "https://other.example"})
    assert other.status_code == 400
    refused = ask(app, "GET", "/v1/items/i0", headers={"Origin": SHOP})
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == SHOP


@pytest.mark.parametrize("origin", ["shop.example", "https://shop.example/", "ftp://x", "https://a b"])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(ValidationError):
        ApiSettings(cors_origins=(origin,))
