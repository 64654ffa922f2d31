"""The committed device images: built from these sources, and resident below each port's limit."""
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "vm" / "images"))
import manifest  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


def board_values(key):
    """{board: its own or inherited value}, as the board files say."""
    texts = {path.name: path.read_text() for path in (ROOT / "configs").glob("*.json")}

    def value(name):
        own = re.search(rf'"{key}": {{"value": "?([^",]*)', texts[name])
        return own[1] if own else value(re.search(r'"based_on": "([^"]*)"', texts[name])[1])

    return {name.removesuffix(".json"): value(name) for name in texts}


def test_images_match_their_sources_and_their_manifests():
    assert manifest.problems() == []


def test_every_board_has_its_image_and_every_image_its_board():
    assert {image.removesuffix("-paced") for image in manifest.entries()} == set(board_values("image").values())


@pytest.mark.parametrize("board", sorted(board_values("image")))
def test_segments_and_stack_lie_below_the_program_area(board):
    image = board_values("image")[board]
    elf = manifest.Elf(manifest.file_of(image))
    symbols = dict(elf.symbols())
    limit = symbols["resident_limit"]
    assert limit <= int(board_values("local_bytes")[board]) * 3 // 4  # the rest is the program's
    segments = elf.loaded()
    assert segments and all(0 <= first < last <= limit for first, last in segments)
    assert symbols["resident_end"] <= limit
    assert symbols["stack_top"] < limit
    assert symbols["epython_boot"] < 0x100


@pytest.mark.parametrize("image", manifest.entries())
def test_image_is_small_enough_to_keep_in_the_tree(image):
    assert manifest.file_of(image).stat().st_size < 224 * 1024
