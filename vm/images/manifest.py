#!/usr/bin/env python3
"""The manifests of the committed device images: which sources each was built from, by which compiler, and how large it is.

    manifest.py --check           exit 1 with a text when an image does not match the sources in this tree
    manifest.py --write IMAGE     used by build.sh
"""
import argparse
import hashlib
import json
import struct
import sys
from pathlib import Path

IMAGES = Path(__file__).resolve().parent
VM = IMAGES.parent


def file_of(image):
    return IMAGES / f"epython-{image}.elf"


def manifest_of(image):
    return file_of(image).with_suffix(".json")


def entries():
    """What the manifests say, by image."""
    return {entry["image"]: entry for entry in (json.loads(path.read_text()) for path in sorted(IMAGES.glob("epython-*.json")))}


def sources(port):
    """Everything that goes into an image, in a fixed order."""
    patterns = ["device/*.c", "device/*.h", "device/freestanding/*", f"device/{port}/*", "format/*", "images/build.sh"]
    return sorted({path for pattern in patterns for path in VM.glob(pattern) if path.is_file()})


def hash_of_sources(port):
    digest = hashlib.sha256()
    for path in sources(port):
        digest.update(path.relative_to(VM).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


class Elf:
    """As much of a 32-bit little-endian ELF file as the manifest needs."""

    def __init__(self, path):
        self.data = path.read_bytes()
        if self.data[:6] != b"\x7fELF\x01\x01":
            raise SystemExit(f"manifest.py: {path} is not a 32-bit little-endian ELF file")
        header = struct.unpack_from("<HHIIIIIHHHHHH", self.data, 16)
        self.machine = header[1]
        self.entry = header[3]
        program, section, _, _, program_size, self.programs, section_size, count, names = header[4:]
        self.segments = [struct.unpack_from("<8I", self.data, program + i * program_size) for i in range(self.programs)]
        self.sections = [struct.unpack_from("<10I", self.data, section + i * section_size) for i in range(count)]
        self.names = self.sections[names][4]

    def text(self, offset):
        return self.data[offset : self.data.index(b"\0", offset)].decode()

    def section_sizes(self):
        """{name: bytes} of the sections that take memory on a core."""
        return {self.text(self.names + s[0]): s[5] for s in self.sections if s[2] & 2 and s[5]}

    def loaded(self):
        """[(first address, one past the last)] of the segments."""
        return [(s[2], s[2] + s[5]) for s in self.segments if s[0] == 1 and s[5]]

    def symbols(self):
        for section in self.sections:
            if section[1] != 2:  # SHT_SYMTAB
                continue
            strings = self.sections[section[6]][4]
            for offset in range(section[4], section[4] + section[5], 16):
                name, value, _, _, _, _ = struct.unpack_from("<IIIBBH", self.data, offset)
                yield self.text(strings + name), value


def describe(image, port, compiler, flags, references):
    elf = Elf(file_of(image))
    symbols = dict(elf.symbols())
    return {
        "image": image,
        "port": port,
        "file": file_of(image).name,
        "sha256": hashlib.sha256(file_of(image).read_bytes()).hexdigest(),
        "sources_sha256": hash_of_sources(port),
        "compiler": compiler,
        "flags": flags,
        "sections": elf.section_sizes(),
        "references_bytes": references,
        "resident_end": symbols["resident_end"],
        "resident_limit": symbols["resident_limit"],
    }


def problems():
    """What is wrong with the committed images, as texts."""
    found = [f"{path.name} has no manifest: run vm/images/build.sh" for path in sorted(IMAGES.glob("epython-*.elf"))
             if path.stem.removeprefix("epython-") not in entries()]  # fmt: skip
    for image, entry in entries().items():
        file = file_of(image)
        elf = Elf(file)
        limit = entry["resident_limit"]
        if entry["sha256"] != hashlib.sha256(file.read_bytes()).hexdigest():
            found.append(f"{file.name} is not the file that its manifest describes")
        if entry["sources_sha256"] != hash_of_sources(entry["port"]):
            found.append(f"the sources of {file.name} have changed since it was built: run vm/images/build.sh")
        for first, last in elf.loaded():
            if last > limit:
                found.append(f"{file.name} has a segment from {first:#x} to {last:#x}, beyond {limit:#x}")
        if dict(elf.symbols())["resident_end"] > limit:
            found.append(f"{file.name} and its C stack end beyond {limit:#x}")
        if entry["sections"] != elf.section_sizes():
            found.append(f"the manifest's section sizes are not those of {file.name}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true")
    action.add_argument("--write", metavar="IMAGE")
    parser.add_argument("--port", default="")
    parser.add_argument("--compiler", default="")
    parser.add_argument("--flags", default="")
    parser.add_argument("--references", type=int, default=0, help="bytes that data by reference take of it")
    options = parser.parse_args()
    if options.write:
        described = describe(options.write, options.port, options.compiler, options.flags, options.references)
        manifest_of(options.write).write_text(json.dumps(described, indent=2) + "\n")
        return 0
    found = problems()
    for text in found:
        print(text, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
