"""The playground in a real browser, against the real service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.support.processes.browser import Opened, chromium, fresh_page
from tests.support.processes.wait import started

MARKUP = "<img src=x onerror=alert(1)><b>bold</b>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Not for the whole session: while Playwright runs, no other test could run an event loop.
    with started(chromium) as browser:
        yield browser


@pytest.fixture
def browser_page(browser: Browser, endpoint: str) -> Iterator[Opened]:
    with fresh_page(browser, endpoint) as opened:
        yield opened


@pytest.fixture
def page(browser_page: Opened) -> Page:
    return browser_page.page


def choose(page: Page, user: str) -> None:
    page.locator("#user").fill(user)
    page.locator("#go").click()


def invent(page: Page) -> None:
    page.get_by_role("button", name="Somebody new").click()
    expect(recommended(page).first).to_be_visible()


def recommended(page: Page) -> Locator:
    return page.locator("#recommendations > li[data-item]")


def items(page: Page) -> list[str]:
    return [node.get_attribute("data-item") or "" for node in recommended(page).all()]


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_page_loads_without_complaint_and_says_which_release_serves(browser_page: Opened) -> None:
    expect(browser_page.page.locator("#release")).not_to_be_empty()
    assert browser_page.complaints == []


def test_page_asks_nobody_but_the_service(browser: Browser, endpoint: str) -> None:
    context = browser.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(endpoint)
    expect(page.locator("#release")).not_to_be_empty()
    assert [url for url in asked if not url.startswith(endpoint)] == []
    context.close()


def test_user_is_recommended_unseen_items_with_reasons(browser_page: Opened) -> None:
    page = browser_page.page
    choose(page, "u00")
    first = recommended(page).first
    expect(first.get_by_test_id("because")).to_contain_text("Similar to Comedy")
    expect(first.get_by_role("list", name="Score by source").get_by_role("listitem").first).to_be_visible()
    expect(page.locator("#timings")).to_contain_text("round trip")
    past = {node.get_attribute("data-item") for node in page.locator("#history > li").all()}
    assert past
    assert not past & set(items(page))
    assert browser_page.complaints == []


def test_clicked_item_leaves_the_list_and_heads_the_history(page: Page) -> None:
    choose(page, "u02")
    expect(recommended(page).first).to_be_visible()
    before = items(page)
    chosen = before[2]
    recommended(page).nth(2).get_by_role("button", name="Click").click()
    expect(page.locator("#history > li").first).to_have_attribute("data-item", chosen)
    expect(page.locator("#history > li").first).to_contain_text("clicked")
    expect(page.get_by_test_id("message")).to_contain_text("You clicked")
    after = items(page)
    assert chosen not in after
    assert after != before
    moved = [item for rank, item in enumerate(after) if item in before and before.index(item) != rank]
    assert moved, "taking out the third item moves those below"
    expect(page.get_by_test_id("mark").first).to_be_visible()


def test_a_click_names_the_list_that_the_item_was_on(page: Page) -> None:
    with page.expect_response("**/v1/recommend") as listed:
        choose(page, "u03")
    expect(recommended(page).first).to_be_visible()
    with page.expect_request("**/v1/events") as sent:
        recommended(page).first.get_by_role("button", name="Click").click()
    assert sent.value.post_data_json["events"][0]["list"] == listed.value.json()["list"]


def test_somebody_new_is_recommended_something_and_remembered_once_they_like_it(browser_page: Opened) -> None:
    page = browser_page.page
    invent(page)
    expect(page.locator("#history")).to_have_text("Nothing yet")
    liked = items(page)[0]
    recommended(page).first.get_by_role("button", name="Like").click()
    expect(page.locator("#history > li").first).to_have_attribute("data-item", liked)
    expect(page.locator("#history > li").first).to_contain_text("liked")
    assert browser_page.complaints == []


def test_what_is_found_by_search_can_be_clicked(page: Page) -> None:
    page.locator("#search").fill("a drama")
    page.locator("#search").press("Enter")
    found = page.locator("#found-list > li[data-item]").first
    item = found.get_attribute("data-item")
    found.get_by_role("button", name="Click").click()
    expect(page.locator("#history > li").first).to_have_attribute("data-item", item or "")


def test_similar_items_open_and_close_again(page: Page) -> None:
    choose(page, "u04")
    recommended(page).first.get_by_role("button", name="Similar").click()
    expect(page.locator("#found-title")).to_contain_text("Similar to")
    expect(page.locator("#found-list > li").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#found")).to_be_hidden()


def test_a_request_in_words_is_shown_as_it_was_understood_and_can_be_struck(page: Page) -> None:
    choose(page, "u01")
    expect(recommended(page).first).to_be_visible()
    first, title = items(page)[0], recommended(page).first.locator("h3").inner_text()
    page.locator("#query").fill(f'nothing like "{title}"')
    page.locator("#query").press("Enter")
    chip = page.get_by_role("button", name=f'Take back: not "{title}"')
    expect(chip).to_be_visible()
    expect(page.locator(f"#recommendations > li[data-item='{first}']")).to_have_count(0)
    chip.click()
    expect(page.locator(f"#recommendations > li[data-item='{first}']")).to_have_count(1)
    page.get_by_role("button", name="Ask again for").click()
    expect(page.locator(f"#recommendations > li[data-item='{first}']")).to_have_count(0)


def test_removed_items_are_shown_with_the_reason(page: Page) -> None:
    choose(page, "u06")
    expect(recommended(page).first).to_be_visible()
    page.locator("#debug").check()
    expect(page.locator("#removed-list details").first).to_be_visible()


def test_forgetting_asks_first_and_empties_the_history(page: Page) -> None:
    invent(page)
    recommended(page).first.get_by_role("button", name="Click").click()
    expect(page.locator("#events")).to_have_text("1 event")
    page.locator("#forget").click()
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("#events")).to_have_text("1 event")
    page.locator("#forget").click()
    page.get_by_role("button", name="Forget", exact=True).click()
    expect(page.locator("#history")).to_have_text("Nothing yet")
    expect(page.get_by_test_id("message")).to_contain_text("is forgotten")


def test_titles_are_never_markup(browser_page: Opened, endpoint: str) -> None:
    page = browser_page.page

    def disguise(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["items"][0]["title"] = MARKUP
        body["items"][0]["fields"] = {MARKUP: MARKUP}
        route.fulfill(response=answer, json=body)

    page.route("**/v1/recommend", disguise)
    choose(page, "u08")
    expect(recommended(page).first.locator("h3")).to_have_text(MARKUP)
    expect(recommended(page).first.locator("dd")).to_have_text(MARKUP)
    assert recommended(page).first.locator("img, b").count() == 0
    assert browser_page.complaints == []


def test_unknown_user_is_told_what_to_do(page: Page) -> None:
    choose(page, MARKUP)
    expect(page.get_by_test_id("message")).to_contain_text(MARKUP)
    expect(page.get_by_test_id("action")).not_to_be_empty()
    assert page.locator("#status img").count() == 0


def test_rule_that_cannot_be_read_is_explained(page: Page) -> None:
    choose(page, "u10")
    expect(recommended(page).first).to_be_visible()
    page.locator("#deny").fill("comedy &")
    page.locator("#deny").press("Enter")
    expect(page.locator("#status")).to_have_class("error")
    expect(page.get_by_test_id("action")).not_to_be_empty()


def test_key_is_asked_for_only_when_the_service_wants_one(page: Page) -> None:
    refusal = {"error": {"code": "no_key", "message": "No key.", "action": "Send one.", "request_id": "r1"}}

    def guard(route: Route) -> None:
        if route.request.headers.get("x-api-key") == "open":
            route.continue_()
        else:
            route.fulfill(status=401, json=refusal)

    page.route("**/v1/**", guard)
    expect(page.locator("#key-form")).to_be_hidden()
    choose(page, "u12")
    expect(page.get_by_test_id("message")).to_have_text("No key.")
    page.locator("#key").fill("open")
    page.locator("#key").press("Enter")
    expect(recommended(page).first).to_be_visible()
    expect(page.locator("#key-form")).to_be_hidden()


def test_late_answer_to_an_old_question_is_dropped(page: Page) -> None:
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/v1/recommend", hold_first)
    choose(page, "u14")
    choose(page, "u15")
    expect(recommended(page).first).to_be_visible()
    expect(page.locator("#person")).to_have_text("u15")
    shown = items(page)
    held[0].abort()
    expect(page.get_by_test_id("message")).to_contain_text("u15")
    assert items(page) == shown


def test_colours_follow_the_system_and_the_button(page: Page) -> None:
    light = background(page)
    page.emulate_media(color_scheme="dark")
    dark = background(page)
    assert dark != light
    page.locator("#theme").click()
    assert background(page) == light
    page.reload()
    assert background(page) == light


def test_keyboard_alone_is_enough(page: Page) -> None:
    keyboard = page.keyboard
    keyboard.type("u16")
    keyboard.press("Enter")
    expect(recommended(page).first).to_be_visible()
    page.locator("#go").focus()
    keyboard.press("j")
    expect(recommended(page).nth(0)).to_be_focused()
    keyboard.press("ArrowDown")
    expect(recommended(page).nth(1)).to_be_focused()
    keyboard.press("k")
    first = items(page)[0]
    keyboard.press("Enter")
    expect(page.locator("#history > li").first).to_have_attribute("data-item", first)
    expect(recommended(page).nth(0)).to_be_focused()
    keyboard.press("l")
    expect(page.locator("#history > li").first).to_contain_text("liked")
    keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()


def test_help_opens_with_a_key_and_switches_letters_off(page: Page) -> None:
    page.locator("#go").focus()
    page.keyboard.press("?")
    expect(page.locator("#help-dialog")).to_be_visible()
    page.locator("#shortcuts").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("#help-dialog")).to_be_hidden()
    page.locator("#go").focus()
    page.keyboard.press("/")
    expect(page.locator("#search")).not_to_be_focused()


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_nothing_sticks_out_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    choose(page, "u18")
    expect(recommended(page).first).to_be_visible()
    page.locator("#profile summary").click()
    expect(page.locator("#line")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_list_is_refined_in_a_conversation_and_taken_back(browser_page: Opened) -> None:
    page = browser_page.page
    invent(page)
    first = items(page)
    page.locator("#k").fill("3")
    page.locator("#k").press("Enter")
    expect(recommended(page)).to_have_count(3)
    page.locator("#say").fill("something else")
    page.locator("#say").press("Enter")
    expect(page.locator("#talk > li")).to_have_count(1)
    expect(page.locator("#talk")).to_contain_text("Understood: something else.")
    assert not set(first[:3]) & set(items(page))
    page.locator("#undo").click()
    expect(page.locator("#talk")).to_contain_text("Taken back: something else.")
    assert items(page) == first[:3]
    page.locator("#end-talk").click()
    expect(page.locator("#talk > li")).to_have_count(0)
    assert browser_page.complaints == []


def write_line(page: Page, text: str) -> None:
    page.get_by_label("Add a line in your own words").fill(text)
    page.get_by_role("button", name="Add", exact=True).click()


def test_a_line_of_the_profile_is_added_rewritten_and_struck_with_what_it_changed(
    browser_page: Opened,
) -> None:
    page = browser_page.page
    invent(page)
    page.locator("#profile summary").click()
    first, other = (recommended(page).nth(place).locator("h3").inner_text() for place in (0, 1))
    write_line(page, f'nothing like "{first}"')
    expect(page.locator("#change .went").filter(has_text=first)).to_be_visible()
    expect(page.locator("#recommendations h3").filter(has_text=first)).to_have_count(0)
    line = page.locator("#lines > li")
    expect(line).to_contain_text(first)
    line.get_by_role("button", name="Rewrite").click()
    field = page.get_by_label("In place of: ")
    expect(field).to_be_focused()
    field.fill(f'nothing like "{other}"')
    field.press("Enter")
    expect(page.locator("#change .came").filter(has_text=first)).to_be_visible()
    expect(page.locator("#lines > li")).to_contain_text(other)
    expect(line.get_by_role("button", name="Rewrite")).to_be_focused()
    line.get_by_role("button", name="Strike").click()
    expect(page.locator("#change .came").filter(has_text=other)).to_be_visible()
    expect(page.locator("#lines")).to_have_text("Nothing can be said yet")
    assert browser_page.complaints == []


def test_rewriting_is_left_with_escape_and_the_line_stays(page: Page) -> None:
    invent(page)
    page.locator("#profile summary").click()
    write_line(page, "slow stories")
    page.get_by_role("button", name="Rewrite: slow stories").click()
    page.keyboard.type("something else")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Rewrite: slow stories")).to_be_focused()
    expect(page.locator("#lines > li")).to_contain_text("slow stories")


def test_a_line_without_a_meaning_here_is_said_to_change_nothing(page: Page) -> None:
    def unrelated(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["written"] = [line | {"ignored": [line["text"]], "counts": False} for line in body["written"]]
        route.fulfill(response=answer, json=body)

    invent(page)
    page.route("**/profile", unrelated)
    page.locator("#profile summary").click()
    write_line(page, "the bus was late")
    expect(page.locator("#lines .notice")).to_contain_text("says nothing of this catalogue")
