import subprocess
import sys

import pytest

import triangle as tri

GOOD = 'title = "t"\nasks = "?"\n'


def written(folder, text, name="mine.toml"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD + "[parameters]\nsanction = 0.5\n", ["parameters.sanction", "0.5", "did you mean 'sanctions'"]),
        (GOOD + "[parameters]\nsanctions = 1.5\n", ["parameters.sanctions", "1.5", "from 0 to 1"]),
        (GOOD + "[parameters]\nsanctions = { times = 3 }\n", ["parameters.sanctions", "2.4", "from 0 to 1"]),
        (GOOD + "[parameters]\nsanctions = { time = 3 }\n", ["parameters.sanctions", "times = number"]),
        (GOOD + "[parameters]\nsanctions = { times = 1, plus = 0 }\n", ["parameters.sanctions", "plus = number"]),
        (GOOD + '[parameters]\nsanctions = "0.5"\n', ["parameters.sanctions", "must be a number"]),
        (GOOD + "[parameters]\nsanctions = true\n", ["parameters.sanctions", "must be a number"]),
        (GOOD + "[parameters]\nsanctions = nan\n", ["parameters.sanctions", "nan", "must be a number"]),
        (GOOD + "[parameters]\nsanctions = { plus = inf }\n", ["parameters.sanctions", "plus = number"]),
        (GOOD + '[commitment]\nRussia = "acommodate"\nChina = "engage"\n', ["commitment.Russia", "'accommodate'"]),
        (GOOD + '[commitment]\nRussia = "pressure"\n', ["commitment.China", "missing", "contain, engage"]),
        (GOOD + '[commitment]\nJapan = "pressure"\n', ["commitment.Japan", "unknown stance toward"]),
        (GOOD + 'extend = "baseline_2016"\n', ["'extend'", "did you mean 'extends'"]),
        (GOOD + 'extends = "baseline_2017"\n', ["extends", "did you mean 'baseline_2016'"]),
        (GOOD + "[parameters]\nsanctions = " + "9" * 400 + "\n", ["parameters.sanctions", "from 0 to 1"]),
        (GOOD + "[parameters]\nsanctions = " + "9" * 5000 + "\n", ["broken TOML"]),
        (GOOD + "[parameters]\nsanctions" + ".a" * 3000 + " = 1\n", ["mine.toml"]),
        (GOOD + 'extends = "' + "x" * 400 + '"\n', ["extends", "unknown scenario"]),
        (GOOD + "claims = 3\n", ["claims", "list", "3"]),
        (GOOD + "parameters = 3\n", ["parameters", "dictionary", "3"]),
        ("asks = 1\n", ["'title' is missing", "asks", "string"]),
        ("", ["'title' is missing", "'asks' is missing"]),
        ("title = \n", ["broken TOML", "line 1"]),
        (GOOD + '[notes]\nsanctions = "\\u001b[2J"\n', ["'notes.sanctions'", "control characters", r"'\x1b[2J'"]),
        ("[" * 5000, ["broken TOML"]),
        (b"\x89PNG\r\n\x1a\n\xff\xfe\x00", ["not text in UTF-8"]),
    ],
)  # fmt: skip
def test_a_faulty_file_is_told_by_file_key_value_and_what_is_allowed(tmp_path, text, told):
    path = written(tmp_path, text)
    with pytest.raises(tri.ScenarioError) as caught:
        tri.scenario(path)
    for part in [str(path), *told]:
        assert part in str(caught.value)


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    text = 'title = "t"\nyears = 3\nextends = "baseline_206"\nagainst = "foo"\n[parameters]\nsanction = 1\nenergy = 7\n'
    text += '[commitment]\nRussia = "no"\nChina = "engage"\n'
    with pytest.raises(tri.ScenarioError) as caught:
        tri.scenario(written(tmp_path, text))
    told = "\n".join(caught.value.faults)
    for key in ("years", "asks", "parameters.sanction", "parameters.energy", "commitment.Russia", "extends", "foo"):
        assert key in told


def test_a_large_file_is_refused_by_its_size(tmp_path):
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(tri.ScenarioError, match="50,000,000 bytes"):
        tri.scenario(path)


def test_a_folder_and_a_missing_file_are_told(tmp_path):
    with pytest.raises(tri.ScenarioError, match="not a file"):
        tri.scenario(f"{tmp_path}/")
    with pytest.raises(tri.ScenarioError, match="no such file"):
        tri.scenario(tmp_path / "none.toml")


def test_a_circle_is_told_with_its_path(tmp_path):
    written(tmp_path, GOOD + 'extends = "b"\n', "a.toml")
    written(tmp_path, GOOD + 'extends = "a"\n', "b.toml")
    with pytest.raises(tri.ScenarioError, match=r"circle.*a → b → a"):
        tri.scenario(tmp_path / "a.toml")


def test_a_file_extends_its_neighbour_and_a_built_in_by_name(tmp_path):
    written(tmp_path, GOOD + 'extends = "us_russia_reset"\n[parameters]\nenergy = { plus = 0.1 }\n', "first.toml")
    path = written(tmp_path, GOOD + 'extends = "first"\n[parameters]\nenergy = { times = 0.5 }\n', "second.toml")
    found = tri.scenario(path)
    assert found.values["energy"] == pytest.approx(0.25)
    assert found.held == {"West": "accommodate/engage"}
    assert found.baseline is not None
    assert found.baseline.name == "first"
    assert found.changes == {"energy": "× 0.5"}


def test_against_names_another_baseline_than_extends():
    found = tri.scenario("ukraine_2014")
    assert found.baseline is not None
    assert found.baseline.name == "baseline_2013"
    assert found.values["sanctions"] == 0.6


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(tri.ScenarioError, match="did you mean 'us_russia_reset'"):
        tri.scenario("us_rusia_reset")


def test_a_file_is_never_evaluated(tmp_path):
    path = written(tmp_path, GOOD + "[parameters]\nenergy = \"__import__('os').getpid()\"\n")
    with pytest.raises(tri.ScenarioError, match="must be a number"):
        tri.scenario(path)


def test_with_values_checks_names_and_ranges():
    base, model = tri.scenario("baseline_2016"), tri.chapter_model()
    assert base.with_values(model, energy=0.3).values["energy"] == 0.3
    assert base.values["energy"] == 0.4
    with pytest.raises(ValueError, match="did you mean 'energy'"):
        base.with_values(model, enrgy=0.3)
    with pytest.raises(ValueError, match="outside"):
        base.with_values(model, energy=2)
    with pytest.raises(ValueError, match=r"parameter 'energy' of a scenario must be a number, got \[0.3, 0.4\]"):
        base.with_values(model, energy=[0.3, 0.4])


def test_a_family_of_ones_own_checks_files_by_its_own_names(tmp_path):
    form = tri.GameForm((tri.Player("Row", ["C", "D"]), tri.Player("Column", ["C", "D"])))
    family = tri.GameFamily(form, (tri.Parameter("gain", 1.0, 0.0, 2.0),), leader="Row")
    path = written(tmp_path, GOOD + '[parameters]\ngain = 1.5\n[commitment]\n"" = "C"\n')
    found = tri.scenario(path, family)
    assert found.values == {"gain": 1.5}
    assert found.held == {"Row": "C"}


def test_importing_the_library_loads_no_figures_and_no_file_checks():
    heavy = ("matplotlib", "pydantic", "rich", "typer", "xarray", "scipy")
    code = f"import sys, triangle; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_an_empty_commitment_lifts_what_is_inherited(tmp_path):
    kept = written(tmp_path, GOOD + 'extends = "us_russia_reset"\n')
    assert tri.scenario(kept).held
    lifted = written(tmp_path, GOOD + 'extends = "us_russia_reset"\n[commitment]\n')
    assert not tri.scenario(lifted).held


def test_a_file_may_have_the_name_of_the_one_it_extends(tmp_path):
    path = written(tmp_path, GOOD + 'extends = "baseline_2016"\n[parameters]\narms = 0.1\n', "baseline_2016.toml")
    assert tri.scenario(path).values["arms"] == 0.1


def test_each_file_of_a_chain_is_read_once(tmp_path, monkeypatch):
    from triangle import scenario_file

    for k in range(15):
        written(tmp_path, GOOD + f'extends = "e{k + 1}"\nagainst = "e{k + 1}"\n', f"e{k}.toml")
    written(tmp_path, GOOD, "e15.toml")
    reads = []
    read = scenario_file.contents
    monkeypatch.setattr(scenario_file, "contents", lambda path, what: (reads.append(path), read(path, what))[1])
    tri.scenario(tmp_path / "e0.toml")
    assert len(reads) == 16
