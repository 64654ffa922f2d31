"""Platform files, and which of them e_init takes."""

import subprocess

import pytest
from esdk_tree import PATIENCE, PROGRAMS, ROOT

HDF = (ROOT / "esdk/bsps/parallella/platform.hdf").read_text()
PARALLELLA = "PARALLELLA1601 type 5, 1 chips, 4 x 4 cores from (32,8), 1 memories, version 0x050d0705, objects 1 1"


@pytest.fixture(scope="module")
def info(esdk, tmp_path_factory):
    program = esdk.make(PROGRAMS, "info", tmp_path_factory.mktemp("info"))

    def run(*arguments, without=(), **more):
        environment = {name: value for name, value in esdk.environment(**more).items() if name not in without}
        return subprocess.run([program, *arguments], capture_output=True, text=True, env=environment, timeout=PATIENCE)

    return run


def test_where_the_platform_file_comes_from(info, esdk, tmp_path):
    run = info()
    assert run.stdout.splitlines() == ["before -1, e_init 0", PARALLELLA, "finalize 0, again -1"]
    assert run.stderr.splitlines() == [
        "e-hal: error: e_get_platform_info: the platform is not known; call e_init first",
        "e-hal: error: e_finalize: the platform is not known; call e_init first",
    ]
    run = info(without=["EPIPHANY_HDF"])
    assert PARALLELLA in run.stdout
    assert f"e-hal: warning: EPIPHANY_HDF is not set; the platform is that of {esdk.prefix}/bsps/current/platform.hdf" in run.stderr
    run = info(without=["EPIPHANY_HDF", "EPIPHANY_HOME"])
    assert (run.returncode, run.stdout) == (1, "before -1, e_init -1\n")
    assert run.stderr.endswith("e_init: no platform file is given, and neither EPIPHANY_HDF nor EPIPHANY_HOME is set\n")
    other = tmp_path / "other.hdf"
    other.write_text(HDF.replace("PARALLELLA1601", "GENERIC"))
    assert "GENERIC type 0" in info(other).stdout
    assert "GENERIC type 0" in info(EPIPHANY_HDF=str(other)).stdout


@pytest.mark.parametrize(
    "old, new",
    [
        ("EMEM_TYPE          RDWR\n", "EMEM_TYPE RDWR"),  # the last line without an end
        ("// Parallella", "\n\n// // Parallella"),
        ("NUM_CHIPS          1", "\tNUM_CHIPS\t1  1 more words\r"),
        ("EMEM_EPI_BASE      0x8e000000", "EMEM_EPI_BASE 8E000000\nESYS_REGS_BASE 0x808f0f00"),
        ("EMEM_BASE_ADDRESS  0x8e000000", "EMEM_BASE_ADDRESS 0x3e000000"),
    ],
)
def test_what_may_be_written(info, tmp_path, old, new):
    file = tmp_path / "board.hdf"
    assert old in HDF
    file.write_text(HDF.replace(old, new))
    run = info(file)
    assert PARALLELLA in run.stdout, run.stderr


@pytest.mark.parametrize(
    "old, new, why",
    [
        ("// Parallella", "//Parallella", ":1: unknown tag //Parallella"),
        ("NUM_CHIPS ", "CHIPS", ":4: unknown tag CHIPS"),
        ("EMEM_TYPE ", "EMEM_KIND ", ":14: unknown tag EMEM_KIND"),
        ("E16G301", "E16G401", ": unknown chip 'E16G401'; there are E16G301 and E64G401"),
        ("PARALLELLA1601", "PARALLELLA", ": unknown PLATFORM_VERSION 'PARALLELLA'"),
        ("NUM_CHIPS          1", "NUM_CHIPS 0x1", ":4: NUM_CHIPS: '0x1' is no value for it"),
        ("NUM_CHIPS          1", "NUM_CHIPS -1", ":4: NUM_CHIPS: '-1' is no value for it"),
        ("NUM_CHIPS          1", "NUM_CHIPS", ":4: NUM_CHIPS: '' is no value for it"),
        ("NUM_CHIPS          1\nCHIP               E16G301", "CHIP E16G301", ":4: CHIP: 'E16G301' is no value for it, or it is not expected here"),
        ("CHIP_ROW           32", "CHIP_ROW 62", ": chip E16G301 at row 62, column 8 reaches beyond the mesh"),
        ("CHIP_COL           8", "CHIP_COL 8\nCHIP E16G301", ":8: CHIP: 'E16G301' is no value for it, or it is not expected here"),
        ("EMEM_SIZE          0x02000000\n", "", ": memory 0 has no EMEM_SIZE"),
        ("EMEM_SIZE          0x02000000", "EMEM_SIZE 32M", ":13: EMEM_SIZE: '32M' is no value for it"),
        ("RDWR", "RW", ":14: EMEM_TYPE: 'RW' is no value for it"),
        (HDF, "", ": unknown PLATFORM_VERSION ''"),
        (HDF, "PLATFORM_VERSION GENERIC\n", ": NUM_CHIPS is missing"),
        ("// Parallella", "// " + 300 * "x", ":1: the line has more than 254 characters"),
    ],
)
def test_what_may_not(info, tmp_path, old, new, why):
    file = tmp_path / "board.hdf"
    assert old in HDF
    file.write_text(HDF.replace(old, new))
    run = info(file)
    assert (run.returncode, run.stdout) == (1, "before -1, e_init -1\n")
    assert f"{file}{why}" in run.stderr


def test_files_that_are_none(info, tmp_path):
    assert "/nowhere.hdf: No such file or directory" in info("/nowhere.hdf").stderr
    assert "platforms in XML are not read" in info("/nowhere.xml").stderr
    assert info(tmp_path).returncode == 1
    assert "EHAL_TARGET=pal: this library has no such target" in info(EHAL_TARGET="pal").stderr


@pytest.mark.parametrize("board", ["free", "virtual"], indirect=True)
def test_several_memories(esdk, board, tmp_path):
    two = esdk.platform(tmp_path, "two.hdf", ("8e400000", "00400000"), ("8f000000", "00800000"))
    run = esdk.run(board, esdk.make(PROGRAMS, "memories", tmp_path), EPIPHANY_HDF=two)
    assert (run.returncode, run.stdout) == (0, "PASSED\n"), run.stdout + run.stderr
    assert "e_alloc: 4 bytes at offset 0xc00000: the shared memory has 0x400000" in run.stderr
    assert "e_shm_alloc: the shared memory has 0x400000 bytes; the table of regions needs 0x1400000" in run.stderr


def test_other_boards(info, tmp_path):
    file = tmp_path / "board.hdf"
    file.write_text(HDF.replace("E16G301\n", "E64G401\n").replace("1601", "6401"))
    assert "PARALLELLA6401 type 6, 1 chips, 8 x 8 cores from (32,8)" in info(file).stdout
    four = "".join(f"CHIP E16G301\nCHIP_ROW {row}\nCHIP_COL {col}\n" for row in (32, 36) for col in (8, 12))
    file.write_text("PLATFORM_VERSION GENERIC\nNUM_CHIPS 4\n" + four + HDF[HDF.index("NUM_EXT_MEMS") :])
    assert "GENERIC type 0, 4 chips, 8 x 8 cores from (32,8)" in info(file).stdout
