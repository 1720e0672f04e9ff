"""The explorer in a notebook: the same questions and answers, as messages."""

import pytest

import triangle as tri
from triangle.explorer import Widget, explore
from triangle.explorer.answers import reply
from triangle.explorer.assets import joined, read

AXES = {"x": "sanctions", "y": "ambition"}


@pytest.fixture
def widget(monkeypatch):
    found = Widget(tri.chapter_model(), "us_russia_reset")
    sent = []
    monkeypatch.setattr(found, "send", lambda content, buffers=None: sent.append((content, buffers)))
    found.sent = sent
    return found


def message(widget, content):
    """A message as the page sends it."""
    widget._handle_custom_msg(content, [])
    return widget.sent[-1]


def test_a_question_is_answered_under_its_own_number(widget):
    content, buffers = message(widget, {"id": "seven", "kind": "cell", "body": {"at": {"detente": 0.1}}})
    assert (content["id"], buffers) == ("seven", None)
    assert content["answer"] == reply(widget.world, "cell", {"at": {"detente": 0.1}})


def test_a_phase_diagram_comes_as_a_buffer(widget):
    content, (data,) = message(widget, {"id": 1, "kind": "phase", "body": AXES})
    assert content == {"id": 1}
    assert data == reply(widget.world, "phase", AXES)


def test_a_fault_is_told_and_not_raised(widget):
    content, _ = message(widget, {"id": 2, "kind": "cell", "body": {"values": {"sanctions": 7}}})
    assert content["fault"]["key"] == "values.sanctions"
    assert "from 0 to 1" in content["fault"]["allowed"]


@pytest.mark.parametrize("content", [None, "hello", {"kind": "cell"}, []])
def test_what_is_no_question_is_passed_over(widget, content):
    widget._handle_custom_msg(content, [])
    assert widget.sent == []


def test_it_shows_one_model_or_the_chapter_beside_its_rivals():
    assert list(explore().world.models) == ["chapter", "balancing", "wedge", "indifferent"]
    assert list(explore(tri.chapter_model(without=["isolation"])).world.models) == ["model"]
    assert explore(None, "grand_bargain").world.start == "grand_bargain"


def test_its_module_and_its_style_are_those_of_the_page(widget):
    assert widget._esm == joined()
    assert widget._css == read("explorer.css")
    assert explore(state="x=detente&y=trust").get_state()["state"] == "x=detente&y=trust"


def test_two_modules_with_one_name_at_the_top_are_refused(monkeypatch):
    from triangle.explorer import assets

    monkeypatch.setattr(assets, "read", lambda name: "export function twice() {}\n")
    with pytest.raises(ValueError, match="both define 'twice'"):
        assets.joined.__wrapped__()
