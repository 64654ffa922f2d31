"""`--record` and `epysim replay`: recordings repeat, and what differs from one is found."""

import gzip
import json
import os
import re
import signal
import struct
import subprocess
import sys
import time

import pytest
from exported import EPYSIM, ROOT, Exported

TRACES = sorted((ROOT / "traces/link").glob("*.rec.gz"))
ENTRY = struct.Struct("<BBHIII3d")  # event, detail, core, address, value, bytes of data; seconds, asked, answer
END, WAIT, READ, WRITE = 0, 5, 6, 7
RENEWED = "\nWhen this was meant to change: tools/renew_traces.sh"

#: says the address sanitizer of any program whose virtual cores have stacks of their own
SANITIZERS = re.compile(r"==\d+==WARNING: ASan doesn't fully support makecontext/swapcontext .*\n")


def epysim(*arguments, code=0, **more):
    result = subprocess.run([EPYSIM, *map(str, arguments)], capture_output=True, text=True, timeout=600, cwd=ROOT, **more)
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout if code == 0 or not result.stderr else result.stdout + result.stderr


def equal(entries):
    return f"host side: equal, {entries} entries\ndevice side: equal, {entries} entries\n"


def entries_of(data):
    """(number, offset in the file, fields, data) of each entry."""
    at = data.index(b"\n", data.index(b"\n") + 1) + 1
    number = 0
    while at < len(data):
        fields = ENTRY.unpack_from(data, at)
        number += 1
        yield number, at, fields, data[at + ENTRY.size : at + ENTRY.size + fields[5]]
        at += ENTRY.size + fields[5]


def events_of(file):
    """What a file that may still be written has; the last is -1 when it ends within an entry."""
    try:
        return [fields[0] for _, _, fields, _ in entries_of(file.read_bytes())]
    except struct.error:
        return [-1]


@pytest.fixture(scope="module")
def hello(tmp_path_factory):
    file = tmp_path_factory.mktemp("recordings") / "hello"
    assert epysim("run", "--cores", 2, "--record", file, "examples/hello.py") == epysim("run", "--cores", 2, "examples/hello.py")
    return file


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace.name)
def test_golden_recordings(trace):
    result = subprocess.run([EPYSIM, "replay", trace], capture_output=True, text=True, timeout=600)
    count = sum(1 for _ in entries_of(gzip.decompress(trace.read_bytes())))
    errors = SANITIZERS.sub("", result.stderr)
    assert (result.returncode, result.stdout, errors) == (0, equal(count), ""), result.stdout + errors + RENEWED


def test_there_are_golden_recordings():
    assert [trace.name for trace in TRACES] == ["deadlock.rec.gz", "input.rec.gz", "jacobi.rec.gz", "session.rec.gz"]


def test_golden_recordings_name_no_place_of_the_machine_that_made_them():
    for trace in TRACES:
        assert not re.search(rb"/(home|root|tmp|work|usr)/", gzip.decompress(trace.read_bytes())), trace


@pytest.mark.slow
def test_the_jacobi_example(tmp_path):
    file = tmp_path / "jacobi"
    output = epysim("run", "--record", file, "examples/jacobi.py")
    assert "Done after" in output
    assert epysim("replay", file) == equal(sum(1 for _ in entries_of(file.read_bytes())))


def test_a_recording_changes_nothing(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    epysim("run", "--cores", 4, "--stats", one, "examples/reduce.py")
    epysim("run", "--cores", 4, "--stats", other, "--record", tmp_path / "recording", "examples/reduce.py")
    documents = [json.loads(file.read_text()) for file in (one, other)]
    for document in documents:
        del document["wall_seconds"]
    assert documents[0] == documents[1]


def test_two_recordings_are_the_same_file(hello, tmp_path):
    epysim("run", "--cores", 2, "--record", tmp_path / "again", "examples/hello.py")
    assert (tmp_path / "again").read_bytes() == hello.read_bytes()


def changed(hello, tmp_path, choose, index=0, bit=1):
    """The recording with one bit of the data of the last entry that `choose` takes changed; the entry's number and fields."""
    data = bytearray(hello.read_bytes())
    number, at, fields, _ = [entry for entry in entries_of(bytes(data)) if choose(entry[2], entry[3])][-1]
    data[at + ENTRY.size + index] ^= bit
    file = tmp_path / "changed"
    file.write_bytes(data)
    return file, number, fields


def test_a_changed_byte_that_the_host_wrote_is_located(hello, tmp_path):
    file, number, fields = changed(hello, tmp_path, lambda fields, data: fields[0] == WRITE and len(data) == 12, index=4)
    told = epysim("replay", file, code=1)
    cycle = round(fields[6] * 6e8)
    address = fields[3] + 4
    assert f"host side: differs at entry {number}, cycle {cycle} (" in told
    assert f"first different byte: number 4, at 0x{address:08x} (core " in told
    assert "result[1] of its block): recorded 0x01, found 0x00\n" in told
    assert f"  before it:\n    {number - 6:5}" in told


def test_a_changed_byte_that_the_board_answered_is_located(hello, tmp_path):
    file, number, fields = changed(hello, tmp_path, lambda fields, data: fields[0] == READ and data == b"hello world", index=1, bit=4)
    host, device = epysim("replay", file, code=1).split("device side: ")
    cycle = round(fields[6] * 6e8)
    assert f"host side: differs at entry {number + 1}, cycle {cycle} (" in host  # it prints another text
    assert "recorded: prints \"[device 0] hello world\"\n" in host and "found:    prints \"[device 0] hallo world\"\n" in host
    assert device.startswith(f"differs at entry {number}, cycle {cycle} (")
    assert f"first different byte: number 1, at 0x{fields[3] + 1:08x} (core 0, its byte code+0x21): recorded 0x61, found 0x65\n" in device


def test_a_changed_time_is_located(hello, tmp_path):
    data = bytearray(hello.read_bytes())
    number, at, fields, _ = next(entry for entry in entries_of(bytes(data)) if entry[2][0] == WAIT)
    struct.pack_into("<d", data, at + 16, fields[6] + 1 / 6e8)
    (tmp_path / "changed").write_bytes(data)
    cycle = round(fields[6] * 6e8)
    assert f"device side: differs at entry {number}, cycle {cycle + 1} (" in epysim("replay", tmp_path / "changed", code=1)


def test_another_configuration_shows_where_it_matters_first(hello):
    told = epysim("replay", hello, "--set", "host.poll_interval=700", code=1)
    number = r"reply_sequence of its block becomes 0x1 at cycle"
    assert re.search(rf"device side: differs at entry \d+, .*\n  recorded: answer .* {number} (\d+) .*\n  found:    answer .* {number} (?!\1)\d+ ", told)
    assert "host side: equal" in told


def test_the_list(hello):
    lines = epysim("replay", "--list", hello).splitlines()
    assert lines[0] == "board parallella, VM epython-epiphany.elf, 600000000 cycles per second"
    assert any(re.fullmatch(r" +\d+ +\d+  core  1 read request 1: print 1 value", line) for line in lines)
    assert any(re.fullmatch(r" +\d+ +\d+  core  1 prints \"\[device 1\] hello world\"", line) for line in lines)
    assert any(re.fullmatch(r" +\d+ +0  core  0 write 8 bytes at 0x80800068, epython_boot \(.boot\): .*", line) for line in lines)
    assert lines[-1].endswith("end of the recording")


def test_a_client_in_another_process(tmp_path):
    script = tmp_path / "client.py"
    script.write_text(
        "import epython\nfrom epython import offload\nepython.config(cores=2, record='client.rec')\n"
        "@offload\ndef total(a):\n    s = 0\n    for i in range(len(a)):\n        s += a[i]\n    return s\nprint(total([1, 2, 3]))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python"), "EPYSIM": EPYSIM}
    told = subprocess.run([sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert (told.stdout, told.stderr) == ("[6, 6]\n", "")
    recording = tmp_path / "client.rec"
    assert epysim("replay", recording) == equal(sum(1 for _ in entries_of(recording.read_bytes())))
    # Another argument of the client's: the host puts it into memory that the board has not seen so.
    data = bytearray(recording.read_bytes())
    place = data.index(struct.pack("<3I", 1, 2, 3))
    data[place + 4] = 7
    recording.write_bytes(data)
    told = epysim("replay", recording, code=1)
    assert re.search(r"host side: differs at entry \d+, .* core \d\n  recorded: write .*cell 1 of its channel: 02 00 00 00\n  found:    write .*: 07 00 00 00\n", told)
    assert "device side: equal" in told


ENDLESS = """
import os, signal, threading
import epython
from epython import offload
epython.config(cores=2, record='client.rec')
@offload
def endless():
    n = 0
    print("begun")
    while True:
        n += 1
threading.Timer(1, os.kill, [os.getpid(), signal.SIGKILL]).start()
endless()
"""


def test_a_client_that_goes_away(tmp_path):
    (tmp_path / "client.py").write_text(ENDLESS)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python"), "EPYSIM": EPYSIM}
    assert subprocess.run([sys.executable, "client.py"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, timeout=120).returncode == -signal.SIGKILL
    recording = tmp_path / "client.rec"
    begin = time.monotonic()
    while (events := events_of(recording))[-1] != END and time.monotonic() - begin < 30:  # its board ends by itself
        time.sleep(0.1)
    assert events[-1] == END  # with GONE before it where a request was being answered, and not between two
    assert epysim("replay", recording) == equal(len(events))


def test_a_server_for_one_client(tmp_path):
    file, link = tmp_path / "recording", tmp_path / "link"
    server = subprocess.Popen([EPYSIM, "serve", "--once", "--socket", link, "--cores", "2", "--record", file], stdout=subprocess.PIPE, text=True)
    assert server.stdout.readline() == f"epysim: serving {link}\n"
    script = "import epython\nepython.start(target='unix:%s')\nprint(epython.run('%s', async_=False))" % (link, ROOT / "examples/hello.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python")}
    assert subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, timeout=120).returncode == 0
    assert server.wait(30) == 0
    server.stdout.close()
    assert epysim("replay", file) == equal(sum(1 for _ in entries_of(file.read_bytes())))


def test_an_interrupted_run(tmp_path):
    program, file = tmp_path / "endless.py", tmp_path / "recording"
    program.write_text("print(1)\nwhile true:\n    pass\n")
    run = subprocess.Popen([EPYSIM, "run", "--cores", "1", "--record", file, program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.stdout.readline() == "[device 0] 1\n"
    run.send_signal(signal.SIGINT)
    assert run.communicate()[1] == "epysim: interrupted\n" and run.returncode == 130
    count = sum(1 for _ in entries_of(file.read_bytes()))
    told = re.fullmatch(r"host side: equal, (\d+) entries\ndevice side: equal, (\d+) entries; the run was interrupted here\n", epysim("replay", file))
    assert told and int(told[1]) == count and int(told[2]) < count


def test_virtual_cores_beside_those_of_the_board(tmp_path):
    file = tmp_path / "recording"
    epysim("run", "--cores", 2, "--host-cores", 1, "--record", file, "examples/reduce.py")
    assert epysim("replay", file) == equal(sum(1 for _ in entries_of(file.read_bytes())))


def test_the_host_of_a_board_that_is_none_of_ours(tmp_path):
    file = tmp_path / "recording"
    with Exported(tmp_path / "board") as board:
        assert epysim("run", "--device", board.folder, "--cores", 2, "--record", file, "examples/hello.py").count("hello world") == 2
    count = sum(1 for _ in entries_of(file.read_bytes()))
    reason = "the board was a real one: no simulated board does everything at the same times"
    assert epysim("replay", file) == f"host side: equal, {count} entries\ndevice side: not replayed: {reason}\n"


@pytest.mark.parametrize("options, code", [("--fault verify=on", 0), ("--fault copies.corrupt=0.02 --fault seed=1", 0), ("--fault copies.corrupt=1", 1),
                                           ("--fault copies.corrupt=1 --fault begin=1", 1), ("--fault copies.corrupt=1 --fault begin=1 --host-cores 2", 1)])  # fmt: skip
def test_a_link_that_is_checked(tmp_path, options, code):
    file = tmp_path / "recording"
    told = epysim("run", "-q", "--cores", 2, *options.split(), "--record", file, "examples/reduce.py", code=code)
    assert code == 0 or re.search(r"the link to the board is damaged: \d+ bytes at 0x\w+ were (read|written) 5 times, and never came through\n$", told)
    assert epysim("replay", file) == equal(sum(1 for _ in entries_of(file.read_bytes())))


def test_faults_on_the_link_come_again(tmp_path):
    file = tmp_path / "recording"
    epysim("run", "-q", "--cores", 4, "--fault", "answers.drop=0.2", "--fault", "seed=3", "--record", file, "examples/reduce.py")
    listed = epysim("replay", "--list", file)
    assert len(re.findall("answer to a request", listed)) > 8  # two of each core, and those that were stored again
    assert epysim("replay", file) == equal(sum(1 for _ in entries_of(file.read_bytes())))


def test_a_killed_run_can_be_read_up_to_there(tmp_path):
    program, file = tmp_path / "endless.py", tmp_path / "recording"
    program.write_text("print(1)\nwhile true:\n    pass\n")
    run = subprocess.Popen([EPYSIM, "run", "--cores", "1", "--record", file, program], stdout=subprocess.PIPE, text=True)
    assert run.stdout.readline() == "[device 0] 1\n"
    begin = time.monotonic()
    while file.stat().st_size < 100_000 and time.monotonic() - begin < 60:
        time.sleep(0.05)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    listed = epysim("replay", "--list", file, code=1)
    assert '  core  0 prints "[device 0] 1"\n' in listed
    assert listed.endswith("the recording breaks off here: its run was killed, or the file was cut short\n")
    told = epysim("replay", file, code=1)
    assert re.fullmatch(r"(host|device) side: equal, \d+ entries; the recording breaks off there: its run was killed, or the file was cut short\n", told.splitlines(True)[0])
    assert told.count("side: equal") == 2


@pytest.mark.parametrize(
    "contents, message",
    [
        (b"", "{file} is empty: nothing has been recorded there"),
        (b"\x7fELF and so on", "{file} is not a recording of epysim (epysim run --record FILE makes one)"),
        (b"epysim recording 9\n{}\n", "{file}: recordings of version 9 are not understood here, only those of version 1; make the recording anew (docs/recording.md)"),
        (b"epysim recording 1\n{\"epysim\": ", "{file}: its second line, which says what was recorded, is damaged or cut short; make the recording anew (docs/recording.md)"),
        (b"epysim recording 1\n{}\n", "{file}: the header: \"epysim\" is missing; make the recording anew (docs/recording.md)"),
    ],
)
def test_files_that_are_none(tmp_path, contents, message):
    file = tmp_path / "file"
    file.write_bytes(contents)
    for options in ([], ["--list"]):
        assert epysim("replay", *options, file, code=2) == "epysim: " + message.format(file=file) + "\n"


def test_no_file(tmp_path):
    assert epysim("replay", tmp_path / "nothing", code=2) == f"epysim: {tmp_path}/nothing: no such recording\n"
    assert epysim("replay", tmp_path, code=2) == f"epysim: {tmp_path} is not a file\n"


def test_a_recording_that_cannot_be_written(tmp_path):
    told = epysim("run", "--record", tmp_path / "nowhere/file", "examples/hello.py", code=2)
    assert told == f"epysim: cannot write the recording to {tmp_path}/nowhere/file: No such file or directory\n"


def test_files_cut_short_anywhere(hello, tmp_path):
    data = hello.read_bytes()
    starts = {at for _, at, _, _ in entries_of(data)}
    for length in [*range(1, min(starts), 400), *list(range(min(starts), len(data), 8191)), len(data) - 1]:
        file = tmp_path / "cut"
        file.write_bytes(data[:length])
        told = epysim("replay", "--list", file, code=2 if length < min(starts) else 1)
        if length >= min(starts):
            assert told.endswith("the recording breaks off here: its run was killed, or the file was cut short\n")


def test_compressed_data_that_are_damaged(tmp_path):
    data = bytearray(TRACES[0].read_bytes())
    data[len(data) // 2] ^= 0x55
    file = tmp_path / "damaged.gz"
    file.write_bytes(data)
    assert "damaged" in epysim("replay", file, code=2)


def test_another_vm(hello, tmp_path):
    vm = tmp_path / "other.elf"
    vm.write_bytes((ROOT / "vm/images/epython-epiphany.elf").read_bytes() + b"\0")
    told = epysim("replay", "--vm", vm, hello, code=2)
    assert told.startswith(f"epysim: the recording was made with another VM than {vm}:\n  recorded sha256 ")
    assert "make the recording anew (those of traces/link: tools/renew_traces.sh), or name the VM of that time with --vm FILE" in told


def test_another_board(hello):
    told = epysim("replay", "--set", "chip.rows=2", hello, code=2)
    assert "is a recording of another board: cores and memories are not where they were" in told


def test_another_version_of_what_host_and_cores_share(hello, tmp_path):
    file = tmp_path / "old"
    file.write_bytes(re.sub(rb'"control":\d+', b'"control":1', hello.read_bytes(), count=1))
    assert "it was recorded with version 1 of what host and cores share" in epysim("replay", file, code=2)


def test_serve_records_one_client_only():
    told = epysim("serve", "--record", "file", code=2)
    assert "serve: --record is for one client; add --once, or let each client ask for a recording of its own" in told


def test_damaged_entries_harm_nobody(hello, tmp_path):
    """Each ends with a difference, or as damaged. (The first is what the run was given, and compared with nothing.)"""
    data = hello.read_bytes()
    entries = list(entries_of(data))[1:]
    begin = entries[0][1]
    places = [at + field for number, at, _, _ in entries for field in ((0, 1, 2, 6, 10, 13, 15, 23) if number % 3 == 0 else (4,))]
    for place in [*places[::5], *range(begin, len(data), 9001)]:
        changed = bytearray(data)
        changed[place] ^= 0x81
        file = tmp_path / "damaged"
        file.write_bytes(changed)
        result = subprocess.run([EPYSIM, "replay", file], capture_output=True, text=True, timeout=120)
        assert result.returncode in (1, 2), (place, result.stdout, result.stderr)
