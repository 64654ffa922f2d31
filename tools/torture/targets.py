"""The cores that the torture tests are compiled for and run on."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NATIVE = ROOT / "tools/microblaze"  # start-up code and services
RISCV = ROOT / "tools/picorv32"


@dataclass
class Layout:
    """A way to link a program, and how it is run then."""

    name: str
    link: List[str]
    execute: List[str]
    small: bool = False  # only for programs without heap and without large stack frames


# What GCC's own target-supports.exp finds for the target with newlib, for the words that these tests use.
NEWLIB = {
    "alloca": True,
    "c99_runtime": False,  # newlib lacks the long double functions
    "dfp": False,
    "double64plus": True,
    "fileio": True,
    "fpic": False,
    "freestanding": False,
    "ia32": False,
    "indirect_jumps": True,
    "int128": False,
    "int32": True,
    "int32plus": True,
    "label_values": True,
    "longlong64": True,
    "mmap": False,
    "newlib_nano_io": False,
    "return_address": True,
    "signal": True,
    "stdint_types": True,
    "trampolines": True,
    "untyped_assembly": True,
    "unwrapped": True,
    "vxworks_kernel": False,
}


@dataclass
class Target:
    name: str
    tools: str  # "epiphany-elf"
    triplet: str
    known: Path
    layouts: List[Layout]
    flags: List[str] = field(default_factory=list)
    # At -O0 GCC 12 fails with an internal error where it has to keep Epiphany's CONFIG word of its default floating point mode ("caller": as
    # the caller left it) in memory. Such a test is compiled with these instead: for the mode that start-up code leaves the core in.
    after_internal_error: List[str] = field(default_factory=list)
    support: List[Path] = field(default_factory=list)  # sources that are linked to every program
    support_flags: List[str] = field(default_factory=list)
    effective: Dict[str, bool] = field(default_factory=lambda: NEWLIB)
    library: bool = True  # whether the compiler has one for it; what does not link without is no test of it
    emulator: List[str] = field(default_factory=list)  # programs that run its programs as well

    def tool(self, name: str) -> Optional[Path]:
        """A program of the cross compiler: on PATH, in $EPYSIM_TOOLCHAIN, or where `epysim toolchain` puts it."""
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        folders = [Path(f) for f in os.environ.get("PATH", "").split(":") if f]
        if os.environ.get("EPYSIM_TOOLCHAIN"):
            chosen = Path(os.environ["EPYSIM_TOOLCHAIN"])
            folders = [chosen, chosen / "bin", chosen / self.tools / "bin"] + folders
        for folder in folders + [cache / f"epysim/toolchain/{self.tools}/bin"]:
            if os.access(folder / f"{self.tools}-{name}", os.X_OK):
                return folder / f"{self.tools}-{name}"
        return None

    def support_objects(self, work: Path) -> List[str]:
        """The objects of `support`, compiled anew."""
        objects = []
        for source in self.support:
            out = work / f"{source.stem}.o"
            subprocess.run([str(self.tool("gcc")), *self.flags, *self.support_flags, "-O2", "-c", str(source), "-o", str(out)], check=True)
            objects.append(str(out))
        return objects


BARE_FLAGS = ["-ffreestanding", "-fno-tree-loop-distribute-patterns"]  # for bare.c, whose loops are what they would call


def microblaze(name: str, flags: List[str], core: List[str], endianness: str = "little") -> Target:
    """A core with so much block RAM that every program fits, of the kind of the Pynq's but for these options."""
    library = endianness == "little"
    return Target(
        name=name,
        tools="microblazeel-elf",
        triplet="microblaze-unknown-elf",
        known=HERE / "known_microblaze.txt",
        layouts=[
            Layout(
                name="1 MB",
                link=["-T", str(NATIVE / "program.ld"), "-Wl,--no-omagic,-z,max-page-size=4096", "-nostdlib",
                      *(["-Wl,--start-group", "-lc", "-lm", "-lgcc", "-Wl,--end-group"] if library else [])],
                execute=["--board", "pynq", "--set", "chip.local_bytes=1M", *[f"--set=microblaze.{option}" for option in (*core, f"endianness={endianness}")]],
            )
        ],
        flags=[f"-m{endianness}-endian", *flags],
        support=[NATIVE / "start.S", *([NATIVE / "system.c"] if library else [HERE / "bare.c"])],
        support_flags=["-DHEAP_BYTES=327680"] if library else [*BARE_FLAGS, "-DEXIT_CALL=1"],
        library=library,
        emulator=["qemu-microblazeel", "qemu-microblazeel-static"] if endianness == "little" else ["qemu-microblaze", "qemu-microblaze-static"],
    )  # fmt: skip


INTEGER_FLAGS = ["-mxl-barrel-shift", "-mno-xl-soft-mul", "-mxl-multiply-high", "-mno-xl-soft-div"]
INTEGER_CORE = ["barrel_shifter=true", "multiplier=2", "divider=true"]

TARGETS = {
    target.name: target
    for target in [
        Target(
            name="epiphany",
            tools="epiphany-elf",
            triplet="epiphany-unknown-elf",
            known=HERE / "known_epiphany.txt",
            layouts=[
                Layout("internal", ["-T", str(ROOT / "tools/internal.ld"), "-lm"], [], small=True),
                Layout("external", ["-lm"], ["--ram", "0x80000000:32M"]),  # where the compiler's own linker script puts a program
            ],
            after_internal_error=["-mfp-mode=round-nearest"],
        ),
        microblaze("microblaze", [], []),
        microblaze("microblaze-integer", INTEGER_FLAGS, INTEGER_CORE),
        microblaze("microblaze-big-endian", INTEGER_FLAGS, INTEGER_CORE, "big"),
        microblaze(
            "microblaze-full",
            [*INTEGER_FLAGS, "-mxl-pattern-compare", "-mhard-float", "-mxl-float-convert", "-mxl-float-sqrt"],
            [*INTEGER_CORE, "pattern_compare=true", "fpu=2"],
        ),
        Target(
            name="picorv32",
            tools="riscv64-unknown-elf",
            triplet="riscv32-unknown-elf",
            known=HERE / "known_picorv32.txt",
            layouts=[
                Layout(
                    name="1 MB",
                    link=["-T", str(RISCV / "program.ld"), "-Wl,-z,max-page-size=4096", "-nostdlib", "-lgcc"],
                    execute=["--board", "pynq-picorv32", "--set", "chip.local_bytes=1M"],
                )
            ],
            flags=["-march=rv32im", "-mabi=ilp32", "-msmall-data-limit=0"],
            support=[RISCV / "start.S", HERE / "bare.c"],
            support_flags=[*BARE_FLAGS, "-DEXIT_CALL=93"],
            library=False,
            emulator=["qemu-riscv32", "qemu-riscv32-static"],
        ),
    ]
}
