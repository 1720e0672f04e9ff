"""Gambit's strategic-game files: read and written, exact, checked against Gambit both ways, and refused when faulty."""

import io
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import triangle as tri
from triangle.nfg import Outcome, format_nfg, parse_nfg, read_nfg, write_nfg
from triangle.solvers import pure_nash

PAYOFF_FILE = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form"
{ "Player 1" "Player 2" } { 3 2 }
"a comment"

1 1 0 2 0 2 1 1 0 3 2 0
"""

OUTCOME_FILE = """
NFG 1 D "Selten (IJGT, 75), Figure 2, normal form" { "Player 1" "Player 2" }

{ { "1" "2" "3" }
  { "1" "2" }
}

{ { "both" 1, 1 }
  { "left, or right" 0 2 }
  { "" 0.25 , -3e-1 }
  { "never" 7, 7 }
}
1 2 2 1 0 3
"""


def fractions(array):
    return [str(number) for number in np.ravel(array)]


# --- reading ------------------------------------------------------------------------------------------------------


def test_payoffs_are_listed_with_the_first_players_strategy_fastest():
    game = parse_nfg(PAYOFF_FILE)
    assert game.form.names == ("Player 1", "Player 2")
    assert [player.actions for player in game.form.players] == [("1", "2", "3"), ("1", "2")]
    assert game.payoffs[0].tolist() == [[1, 1], [0, 0], [0, 2]]
    assert game.payoffs[1].tolist() == [[1, 1], [2, 3], [2, 0]]
    assert game.title == "Selten (IJGT, 75), Figure 2, normal form"
    assert game.comment == "a comment"
    assert game.outcome is None


def test_outcomes_are_numbered_and_zero_is_none():
    game = parse_nfg(OUTCOME_FILE)
    assert fractions(game.exact[0]) == ["1", "1", "0", "0", "0", "1/4"]
    assert fractions(game.exact[1]) == ["1", "1", "2", "0", "2", "-3/10"]
    assert game.outcome.tolist() == [[1, 1], [2, 0], [2, 3]]
    assert [one.label for one in game.outcomes] == ["both", "left, or right", "", "never"]
    assert game.outcomes[2] == Outcome("", (Fraction(1, 4), Fraction(-3, 10)))


def test_three_players_and_labelled_strategies():
    text = 'NFG 1 R "" { "A" "B" "C" } { { "x" "y" } { "z" } { "v" "w" } } ' + " ".join(map(str, range(12)))
    game = parse_nfg(text)
    assert game.exact.shape == (3, 2, 1, 2)
    assert game.payoffs[:, 1, 0, 0].tolist() == [3, 4, 5]
    assert game.payoffs[:, 0, 0, 1].tolist() == [6, 7, 8]
    assert game.game.at(("y", "z", "w")) == {"A": 9, "B": 10, "C": 11}


def test_a_solver_takes_what_was_read():
    game = parse_nfg('NFG 1 R "Dilemma" { "A" "B" } { 2 2 } 3 3 5 0 0 5 1 1')
    assert pure_nash(game.payoffs).tolist() == [[False, False], [False, True]]
    assert isinstance(game.game, tri.Game)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1/3", Fraction(1, 3)),
        ("-7/21", Fraction(-1, 3)),
        ("0.1", Fraction(1, 10)),
        (".5", Fraction(1, 2)),
        ("4.", Fraction(4)),
        ("+2", Fraction(2)),
        ("-2e1", Fraction(-20)),
        ("1.5E-2", Fraction(3, 200)),
        ("123456789012345678901234567890", Fraction(123456789012345678901234567890)),
    ],
)
def test_numbers_are_read_exactly(written, value):
    game = parse_nfg(f'NFG 1 R "" {{ "A" }} {{ 1 }} {written}')
    assert game.exact[0, 0] == value
    assert game.payoffs[0, 0] == float(value)


def test_quotation_marks_and_backslashes_are_part_of_names():
    game = parse_nfg(r'NFG 1 R "say \"hi\" \\ \n" { "a \"b\"" "c}{" } { { "1/2" } { "," } } "//" 1 2')
    assert game.title == r'say "hi" \ \n'
    assert game.form.names == ('a "b"', "c}{")
    assert game.form.players[1].actions == (",",)
    assert game.comment == "//"


def test_names_that_repeat_or_are_missing_are_numbered():
    game = parse_nfg('NFG 1 R "" { "A" "A" } { { "x" "x" } { "y" "" } } 1 1 2 2 3 3 4 4')
    assert game.form.names == ("A_1", "A_2")
    assert [player.actions for player in game.form.players] == [("x_1", "x_2"), ("y", "_1")]


def test_white_space_means_nothing():
    spread = "\n\t".join(PAYOFF_FILE.replace('"a comment"', '"c"').split(" ")).replace("Selten\n\t", "Selten ")
    assert (parse_nfg(spread).exact == parse_nfg(PAYOFF_FILE).exact).all()
    tight = 'NFG 1 R"t"{"A""B"}{{"x"}{"y"}}"c"1 2'
    assert fractions(parse_nfg(tight).exact) == ["1", "2"]


FAULTS = [
    ("", "line 1: expected 'NFG', got the end of the text"),
    ("EFG 2 R", "line 1: expected 'NFG', got 'EFG'"),
    ("NFG 2 R", "expected the format's version, 1, got '2'"),
    ("NFG 1 X", "expected R .* or D .*, got 'X'"),
    ("NFG 1 R title", "expected the title in quotation marks, got 'title'"),
    ('NFG 1 R "t\n\n', "line 1: a quotation mark .* is not closed"),
    ('NFG 1 R "t" "A"', "expected '{' before the players' names"),
    ('NFG 1 R "t" { }', "there are no players"),
    ('NFG 1 R "t" { A }', "expected a name in quotation marks, or '}', got 'A'"),
    ('NFG 1 R "t" { "A" "B" } { 2 }\n', "strategies are given for 1 players, but 2 are named"),
    ('NFG 1 R "t" { "A" } { 2 2 }\n', "strategies are given for 2 players, but 1 are named"),
    ('NFG 1 R "t" { "A" } { 0 }', "player 1 has no strategies"),
    ('NFG 1 R "t" { "A" } { { } }', "player 1 has no strategies"),
    ('NFG 1 R "t" { "A" } { -1 }', "expected the number of a player's strategies, or '}', got '-1'"),
    ('NFG 1 R "t" { "A" "B" } { { "x" } 2 }', "expected '{' before a player's strategies, got '2'"),
    ('NFG 1 R "t" { "A" "B" } { 2 2 }\n\n1 1 2 2\n3 3 4', "line 4: expected 8 payoffs, got 7"),
    ('NFG 1 R "t" { "A" } { 2 }\n1 2\n\n3', "line 4: expected 2 payoffs and then the end, got '3'"),
    ('NFG 1 R "t" { "A" } { 2 }\n1\nx', "line 3: expected a payoff such as .*, got 'x'"),
    ('NFG 1 R "t" { "A" } { 2 }\n1, 2', "line 2: expected payoffs, got ','"),
    ('NFG 1 R "t" { "A" } { 1 } 1/0', "divides by zero"),
    ('NFG 1 R "t" { "A" } { 1 } 1.5/2', "expected a payoff"),
    ('NFG 1 R "t" { "A" } { 1 } 0x10', "expected a payoff"),
    ('NFG 1 R "t" { "A" } { 1 } nan', "expected a payoff"),
    ('NFG 1 R "t" { "A" } { 1 } inf', "expected a payoff"),
    ('NFG 1 R "t" { "A" } { 1 } 1_000', "expected a payoff"),
    ('NFG 1 R "t" { "A" } { 1 } ٣', "expected a payoff"),
    ('NFG 1 R "t" { "A" } { 1 } 1e400', "larger than any float"),
    ('NFG 1 R "t" { "A" } { 1 } 1e999999999', "exponent .* out of range"),
    ('NFG 1 R "t" { "A" } { 1 } 1e-999999999', "exponent .* out of range"),
    ('NFG 1 R "t" { "A" } { 2 } { { "o" 1 } } 1 2', "number of an outcome, 0–1, got '2'"),
    ('NFG 1 R "t" { "A" } { 2 } { { "o" 1 } } 1 -1', "number of an outcome, 0–1, got '-1'"),
    ('NFG 1 R "t" { "A" } { 2 } { { "o" 1 } } 1', "expected 2 numbers of outcomes, got 1"),
    ('NFG 1 R "t" { "A" "B" } { 1 1 }\n{\n{ "o" 1 } } 1', "line 3: outcome 'o' has 1 payoffs for 2 players"),
    ('NFG 1 R "t" { "A" } { 1 } { { 1 } } 1', "expected the outcome's name in quotation marks"),
    ('NFG 1 R "t" { "A" } { 1 } { { "o" 1 ', "expected a payoff, or '}', got the end of the text"),
    ('NFG 1 R "t" { "A" "A" "A_1" } { 1 1 1 } 1 2 3', "two players have the same name"),
]


@pytest.mark.parametrize(("text", "told"), FAULTS)
def test_a_fault_is_told_once_with_its_line(text, told):
    with pytest.raises(ValueError, match=told) as caught:
        parse_nfg(text, "game.nfg")
    assert str(caught.value).startswith("game.nfg, line ")


def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "odd.nfg"
    path.write_bytes(b'NFG 1 R "\xff"')
    with pytest.raises(ValueError, match=r"odd\.nfg: not UTF-8"):
        read_nfg(path)


@pytest.mark.parametrize(
    "text",
    [
        'NFG 1 R "t" { "A" "B" "C" } { 1000000 1000000 1000000 } 1 2 3',
        'NFG 1 R "t" { "A" } { 999999999999999999 } 1',
        'NFG 1 R "t" { "A" "B" } { 30000 30000 } { { "o" 1 1 } } 1 1 1',
    ],
)
def test_a_small_file_that_declares_a_huge_game_costs_no_memory(text):
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"line 1: expected \d+"):
            parse_nfg(text)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@given(st.text(alphabet='NFG1RD "{}/,.\\\n0123456789eab-', max_size=60), st.integers(0, 120))
def test_any_text_is_a_game_or_a_value_error(noise, at):
    for text in (noise, PAYOFF_FILE[:at] + noise + PAYOFF_FILE[at:], OUTCOME_FILE[:at] + noise + OUTCOME_FILE[at:]):
        told = ""
        try:
            game = parse_nfg(text)
        except ValueError as error:
            told = str(error)
        assert told.startswith("text, line ") or game.payoffs.shape == (len(game.form.players), *game.form.shape)


# --- writing ------------------------------------------------------------------------------------------------------


@st.composite
def strategic(draw):
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(["whole", "fraction", "float"]))
    full = (len(shape), *shape)
    if kind == "float":
        return rng.normal(size=full) * 10.0 ** rng.integers(-200, 200, full)
    numbers = np.empty(full, dtype=object)
    for where in np.ndindex(full):
        below = int(rng.integers(1, 9)) if kind == "fraction" else 1
        numbers[where] = Fraction(int(rng.integers(-5, 6)), below)
    return numbers


@given(strategic(), st.sampled_from(["payoff", "outcome"]), st.text(max_size=8).map(lambda t: t.replace("\r", "")))
def test_what_is_written_is_read_back_exactly(payoffs, version, title):
    text = format_nfg(payoffs, version, title=title)
    back = parse_nfg(text)
    assert back.title == title
    if payoffs.dtype == object:
        assert (back.exact == payoffs).all()
    else:
        assert (back.payoffs == payoffs).all()
    assert (parse_nfg(format_nfg(back, version)).exact == back.exact).all()


@pytest.mark.parametrize("text", [PAYOFF_FILE, OUTCOME_FILE])
@pytest.mark.parametrize("version", ["payoff", "outcome"])
def test_labels_title_comment_and_outcomes_survive(text, version):
    first = parse_nfg(text)
    second = parse_nfg(format_nfg(first, version))
    assert second.form == first.form
    assert (second.title, second.comment) == (first.title, first.comment)
    assert (second.exact == first.exact).all()
    if version == "outcome" and first.outcome is not None:
        assert second.outcomes == first.outcomes
        assert (second.outcome == first.outcome).all()


def test_a_labelled_game_is_written_with_its_labels(tmp_path):
    form = tri.GameForm(
        (tri.Player('Ro"w', ["up", "do\\wn"]), tri.Player("Column", {"West": ["a", "b"], "East": ["c"]}))
    )
    game = tri.Game(form, np.arange(8).reshape(2, 2, 2) / 7)
    path = tmp_path / "game.nfg"
    write_nfg(game, path, title="A title", comment="and why")
    back = read_nfg(path)
    assert back.form.names == ('Ro"w', "Column")
    assert back.form.players[0].actions == ("up", "do\\wn")
    assert back.form.players[1].actions == ("a/c", "b/c")
    assert (back.payoffs == game.payoffs).all()
    assert back.comment == "and why"
    assert [file.name for file in tmp_path.iterdir()] == ["game.nfg"]


def test_floats_and_single_precision_keep_their_value():
    payoffs = np.array([[0.1, 1e-7, 1e22]], dtype=np.float32)
    assert (parse_nfg(format_nfg(payoffs)).payoffs == payoffs).all()


def test_equal_payoffs_share_an_outcome():
    back = parse_nfg(format_nfg(np.zeros((2, 3, 3)), "outcome"))
    assert len(back.outcomes) == 1
    assert (back.outcome == 1).all()


def test_nothing_is_written_if_the_game_is_faulty(tmp_path):
    path = tmp_path / "kept.nfg"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(ValueError, match="finite"):
        write_nfg(np.full((1, 2), np.nan), path)
    assert path.read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize(
    ("game", "version", "told"),
    [
        (np.zeros((5, 2, 2, 2)), "payoff", "one game; got"),
        (np.zeros(3), "payoff", "one game; got"),
        (np.zeros((1, 0)), "payoff", "one game; got"),
        (np.full((1, 1), Fraction(10) ** 400), "payoff", "too large for a float"),
        (np.zeros((1, 2)), "efg", "unknown version 'efg'"),
    ],
)
def test_what_is_no_game_is_not_written(game, version, told):
    with pytest.raises(ValueError, match=told):
        format_nfg(game, version)


# --- Gambit -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gambit():
    return pytest.importorskip("pygambit")


def gambit_reads(gambit, text):
    return gambit.read_nfg(io.BytesIO(text.encode()))


def gambit_payoffs(game):
    """What Gambit says that every player gets everywhere, as fractions."""
    return np.array([[Fraction(str(number)) for number in own.ravel()] for own in game.to_arrays()], dtype=object)


@given(payoffs=strategic(), version=st.sampled_from(["payoff", "outcome"]))
def test_gambit_reads_what_we_write(gambit, payoffs, version):
    ours = parse_nfg(format_nfg(payoffs, version, title="Any"))
    theirs = gambit_reads(gambit, format_nfg(ours, version))
    assert theirs.title == "Any"
    assert (gambit_payoffs(theirs) == ours.exact.reshape(len(payoffs), -1)).all()


@given(payoffs=strategic())
def test_we_read_what_gambit_writes(gambit, payoffs):
    game = gambit.Game.from_arrays(*(np.array(own, dtype=object) for own in exact(payoffs)), title='A "quoted" title')
    back = parse_nfg(game.to_nfg())
    assert back.title == 'A "quoted" title'
    assert (back.exact.reshape(len(payoffs), -1) == gambit_payoffs(game)).all()


def exact(payoffs):
    return parse_nfg(format_nfg(payoffs)).exact


def test_labels_mean_the_same_to_gambit(gambit):
    form = tri.GameForm((tri.Player('Ro"w', ["up", "down"]), tri.Player("Column", ["left", "right"])))
    text = format_nfg(tri.Game(form, np.arange(8).reshape(2, 2, 2)), comment='so "called"')
    theirs = gambit_reads(gambit, text)
    assert [player.label for player in theirs.players] == ['Ro"w', "Column"]
    assert [[s.label for s in player.strategies] for player in theirs.players] == [["up", "down"], ["left", "right"]]
    assert (theirs.description if hasattr(theirs, "description") else theirs.comment) == 'so "called"'
    assert parse_nfg(theirs.to_nfg()).form == form


@pytest.mark.parametrize("text", [PAYOFF_FILE, OUTCOME_FILE.replace("1 2 2 1 0 3", "1 2 2 1 4 3")])
def test_files_by_hand_mean_the_same_to_gambit(gambit, text):
    ours, theirs = parse_nfg(text), gambit_reads(gambit, text)
    assert theirs.title == ours.title
    assert (gambit_payoffs(theirs) == ours.exact.reshape(2, -1)).all()


def test_published_games_of_gambits_catalogue_are_read(gambit):
    if not hasattr(gambit, "catalog"):
        pytest.skip(f"pygambit {gambit.__version__} comes without a catalogue")
    for name in ("journals/ijgt/nau2004/sec4", "journals/ijgt/nau2004/sec5", "journals/other/shapley1974/fig2"):
        theirs = gambit.catalog.load(name)
        ours = parse_nfg(theirs.to_nfg())
        assert [player.label for player in theirs.players] == list(ours.form.names)
        assert (gambit_payoffs(theirs) == ours.exact.reshape(len(theirs.players), -1)).all()
