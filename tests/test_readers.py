"""Readers of files answer whatever they are given: with what it says, or with the one error that they document."""

import json
import random
import resource

import pytest

import triangle as tri
from fuzz import readers

SEEDS = {name: list(readers.seeds(name)) for name in ("scenario", "timeline", "game", "manifest", "chunk")}
BITS = [
    b'"',
    b"{",
    b"}",
    b"[[",
    b"\n",
    b"=",
    b"1e999999999",
    b"-1",
    b"nan",
    b"\xff",
    b"\x00",
    b"null",
    b"9" * 400,
    b"../",
    b"1/0",
]


def mutated(seed, draw):
    """A file with a few things cut out, doubled, overwritten or put in."""
    content = bytearray(seed)
    for _ in range(draw.randint(1, 4)):
        start = draw.randrange(len(content) + 1)
        stop = min(len(content), start + draw.randrange(40))
        content[start:stop] = draw.choice([b"", bytes(content[start:stop]) * 2, draw.choice(BITS), draw.randbytes(3)])
    return bytes(content)


@pytest.mark.parametrize("name", SEEDS)
def test_a_spoilt_file_is_read_or_refused(name):
    draw = random.Random(name)
    for _ in range(60):
        readers.READERS[name](mutated(draw.choice(SEEDS[name]), draw))


def test_a_spoilt_certificate_is_refused_or_says_the_same():
    draw = random.Random(1)
    (seed, *_) = readers.seeds("certificate")
    for _ in range(10):
        readers.read_certificate(mutated(seed, draw))


@pytest.mark.parametrize(
    "path", sorted(readers.FOUND.glob("*-*")) if readers.FOUND.is_dir() else [], ids=lambda p: p.name
)
def test_what_the_fuzzer_found_is_mended(path):
    readers.READERS[path.name.split("-")[0]](path.read_bytes())


@pytest.mark.parametrize(
    "number", ["1e999999999", "1e-999999999", "9" * 5000, "1/" + "1" + "0" * 5000, "1_0", "inf", "0x1"]
)
def test_a_short_text_cannot_stand_for_a_number_that_fills_the_memory(number):
    written = json.loads(next(iter(readers.seeds("certificate"))))
    ranges = written["box"]["ranges"]
    ranges[next(iter(ranges))] = ["-1", number]
    with pytest.raises(ValueError, match=r"is not a number such as 3/4 or -0\.5"):
        tri.check_certificate(readers.model(), written)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('NFG 1 R "t" { "A" "B" } { 1000000 1000000 }\n1 2', "expected 2000000000000 payoffs, got 2"),
        ('NFG 1 R "t" {' + ' "A"' * 1000 + " } {" + " 2" * 1000 + " }\n1", "there are 1000 players; from 1 to 63"),
        ('NFG 1 R "t" { "A" } { ' + "9" * 5000 + " }\n1", "the number of a player's strategies"),
        ('NFG 1 R "t" { "A" } { 1 }\n1e999999999', "the exponent of payoff"),
    ],
)
def test_a_small_game_file_takes_little_memory(tmp_path, text, told):
    path = tmp_path / "game.nfg"
    path.write_text(text)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValueError, match=told):
        tri.read_nfg(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "kilobytes"
