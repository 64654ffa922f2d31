"""What a host program does with a board's memory and registers, through a file that it maps."""

import ctypes
import mmap
import os
import struct
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
PATIENCE = 60
REGISTERS = 0xF0000
CONFIG, STATUS, PC, DEBUGSTATUS, IRET, IMASK, ILAT, ILATST, ILATCL, IPEND = 0x400, 0x404, 0x408, 0x40C, 0x420, 0x424, 0x428, 0x42C, 0x430, 0x434
FSTATUS, DEBUGCMD, COREID = 0x440, 0x448, 0x704
SYNC = 1
SHARED, SHARED_BYTES, PYNQ_BYTES = 0x8E000000, 0x2000000, 0x20000000
EXCHANGE, ADVANCE, RESET = 1, 2, 3
CONTROL = struct.Struct("<4I2Q4IQII")  # sim/board/exported/export_control.h
FUTEX_CALL, FUTEX_WAIT, FUTEX_WAKE = 202, 0, 1  # on x86-64


class Core:
    def __init__(self, file, number):
        self.window = ((32 + number // 4) << 6 | (8 + number % 4)) << 20
        self.memory = mmap.mmap(file, 0x8000, offset=self.window)
        self.registers = mmap.mmap(file, 0x1000, offset=self.window + REGISTERS)

    def read(self, register):
        return struct.unpack_from("<I", self.registers, register)[0]

    def write(self, register, value):
        struct.pack_into("<I", self.registers, register, value)

    def load(self, elf):
        data = Path(elf).read_bytes()
        (headers,), (count,) = struct.unpack_from("<I", data, 28), struct.unpack_from("<H", data, 44)
        for at in range(headers, headers + 32 * count, 32):
            kind, offset, address, _, bytes, _ = struct.unpack_from("<6I", data, at)
            if kind == 1 and address < 0x8000:
                self.memory[address : address + bytes] = data[offset : offset + bytes]


class SoftCore:
    """Of a Pynq, where a file has the ARM's addresses."""

    LINES, REQUESTS = 0xE000A048, 0x41800000

    def __init__(self, file, number):
        self.bit = 1 << number
        self.memory = mmap.mmap(file, 0x10000, offset=0x40000000 + number * 0x2000000)
        self.lines = mmap.mmap(file, 0x1000, offset=self.LINES & ~0xFFF)
        self.requests = mmap.mmap(file, 0x1000, offset=self.REQUESTS)

    def line(self, up, shift=0):
        (lines,) = struct.unpack_from("<I", self.lines, self.LINES & 0xFFF)
        struct.pack_into("<I", self.lines, self.LINES & 0xFFF, lines | self.bit << shift if up else lines & ~(self.bit << shift))

    @property
    def requesting(self):
        return struct.unpack_from("<I", self.requests)[0] & self.bit != 0


class Exported:
    """epysim board --export, as a process. `board`: parallella, or a Pynq."""

    def __init__(self, folder, *options, board="parallella"):
        self.folder = Path(folder)
        options = ("--board", board, *options)
        self.process = subprocess.Popen([EPYSIM, "board", "--export", folder, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().endswith(f" exported to {folder}\n"), self.process.communicate(timeout=PATIENCE)
        file = os.open(self.folder / "memory", os.O_RDWR)
        if board == "parallella":
            self.cores = [Core(file, number) for number in range(16)]
            self.shared = mmap.mmap(file, SHARED_BYTES, offset=SHARED)
        else:
            self.cores = [SoftCore(file, number) for number in range(8)]
            self.shared = mmap.mmap(file, PYNQ_BYTES, offset=0)
        os.close(file)
        with open(self.folder / "control", "r+b") as file:
            self.control = mmap.mmap(file.fileno(), 4096)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.output, self.errors = self.process.communicate(timeout=PATIENCE)
        self.left = sorted(path.name for path in self.folder.iterdir())

    def field(self, offset, form="<I"):
        return struct.unpack_from(form, self.control, offset)[0]

    @property
    def now(self):
        return self.field(24, "<Q")

    def command(self, command, cycles=0):
        """Waits until the board has carried it out."""
        number = self.field(44) + 1
        struct.pack_into("<Q", self.control, 48, cycles)
        struct.pack_into("<I", self.control, 40, command)
        struct.pack_into("<I", self.control, 44, number)
        word = ctypes.addressof(ctypes.c_uint32.from_buffer(self.control, 44))
        ctypes.CDLL(None).syscall(FUTEX_CALL, ctypes.c_void_p(word), FUTEX_WAKE, 1, None, None, 0)
        self.await_(lambda: self.field(56) == number)

    @staticmethod
    def await_(what):
        end = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < end
            time.sleep(0.0005)
