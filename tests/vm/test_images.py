"""The committed device images: built from these sources, and resident below each port's limit."""
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "vm" / "images"))
import manifest  # noqa: E402

MACHINES = {"epiphany": 0x1223, "microblaze": 189}


def test_images_match_their_sources_and_their_manifest():
    assert manifest.problems() == []
    assert sorted(manifest.entries()) == ["epiphany", "microblaze", "microblaze-fpu"]


@pytest.mark.parametrize("image", manifest.entries())
def test_segments_and_stack_lie_below_the_program_area(image):
    elf = manifest.Elf(manifest.file_of(image))
    entry = manifest.entries()[image]
    assert elf.machine == MACHINES[entry["port"]]
    limit = {"epiphany": 0x6000, "microblaze": 0xC000}[entry["port"]]
    segments = elf.loaded()
    assert segments and all(0 <= first < last <= limit for first, last in segments)
    symbols = dict(elf.symbols())
    assert symbols["resident_limit"] == limit
    assert symbols["resident_end"] <= limit
    assert symbols["stack_top"] < limit
    assert symbols["epython_boot"] < 0x100


@pytest.mark.parametrize("image", manifest.entries())
def test_image_is_small_enough_to_keep_in_the_tree(image):
    assert manifest.file_of(image).stat().st_size < 192 * 1024
