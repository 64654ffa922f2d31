"""A tree as `epysim esdk` makes it: programs built with it, and run on a board."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests/esdk/programs"
PATIENCE = 100


class Tree:
    def __init__(self, prefix, notes):
        self.prefix = prefix
        self.notes = notes  # what the installation said that it could not do
        self.bits = [64, 32] if (prefix / "tools/host/lib32").is_dir() else [64]

    def environment(self, **more):
        libraries = ":".join(str(self.prefix / "tools/host" / lib) for lib in ("lib", "lib32"))
        return {**os.environ, "EPIPHANY_HOME": str(self.prefix), "EPIPHANY_HDF": str(self.prefix / "bsps/current/platform.hdf"), "LD_LIBRARY_PATH": libraries,
                "PATH": f"{self.prefix}/tools/host/bin:{self.prefix}/tools/e-gnu/bin:{os.environ['PATH']}", **more}  # fmt: skip

    def platform(self, folder, name, *memories):
        """A platform file for a Parallella with these memories: (where, bytes), in hexadecimal."""
        board, _ = (self.prefix / "bsps/current/platform.hdf").read_text().split("NUM_EXT_MEMS")
        text = "".join(f"EMEM memory\nEMEM_BASE_ADDRESS {base}\nEMEM_EPI_BASE {base}\nEMEM_SIZE {size}\n" for base, size in memories)
        (folder / name).write_text(f"{board}NUM_EXT_MEMS {len(memories)}\n{text}")
        return str(folder / name)

    def make(self, folder, target, out, bits=64):
        """A host program, as its make file builds it."""
        if bits not in self.bits:
            pytest.skip("no libraries for hosts of 32 bits: gcc -m32 does not work here (Debian's package gcc-multilib)")
        make = subprocess.run(["make", "-C", folder, f"ESDK={self.prefix}", f"OUT={out}", f"BITS={bits}", f"{out}/{target}"], capture_output=True, text=True,
                              timeout=PATIENCE)  # fmt: skip
        assert make.returncode == 0, make.stderr
        return Path(out) / target

    def run(self, board, command, *arguments, **more):
        environment = self.environment(EHAL_DEVICE=str(board.folder), **more)
        return subprocess.run([command, *arguments], capture_output=True, text=True, env=environment, timeout=PATIENCE)
