"""The committed device image: built from these sources, and resident below 0x6000."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "vm" / "images"))
import manifest  # noqa: E402


def test_image_matches_its_sources_and_its_manifest():
    assert manifest.problems() == []


def test_segments_and_stack_lie_below_the_program_area():
    elf = manifest.Elf(manifest.IMAGE)
    assert elf.machine == 0x1223  # Epiphany
    segments = elf.loaded()
    assert segments and all(0 <= first < last <= 0x6000 for first, last in segments)
    symbols = dict(elf.symbols())
    assert symbols["resident_end"] <= 0x6000
    assert symbols["stack_top"] < 0x6000
    assert symbols["epython_boot"] < 0x100


def test_image_is_small_enough_to_keep_in_the_tree():
    assert manifest.IMAGE.stat().st_size < 160 * 1024
