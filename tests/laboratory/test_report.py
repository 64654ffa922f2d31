"""`--profile` and `epysim report`: every cycle has its place, looking on changes nothing, and what is shown is what there was."""

import json
import os
import subprocess
import sys

import jsonschema
import pytest

PROGRAM = """from parallel import *

def heavy(n):
    total = 0
    i = 0
    while i < n:
        total += i * i
        i += 1
    return total

a = heavy(50)
b = [0] * 20
j = 0
while j < 20:
    b[j] = j
    j += 1
mine = reduce(a, "sum")
if coreid() == 0:
    print(mine)
"""

SCRIPT = """import epython
from epython import memkind, offload, types

epython.start(cores=3, stats="s.json", profile={profile})

@offload
def by_demand(a, b):
    total = 0
    for i in range(40):
        total += a[i]
    for i in range(5):
        b[i] = total
    return total

@offload(prefetch={{"a": (20, 10, 10, "r")}})
def ahead(a):
    total = 0
    for i in range(40):
        total += a[i]
    return total

a, b = list(range(40)), [0] * 5
print(by_demand(a, b), ahead(a), by_demand(memkind.Shared(types.int, a), b))
by_demand(a, b)
"""


def causes_of(entries):
    total = {}
    for entry in entries:
        assert entry["cycles"] == sum(entry["causes"].values())
        for cause, cycles in entry["causes"].items():
            assert cycles >= 0
            total[cause] = total.get(cause, 0) + cycles
    return {cause: cycles for cause, cycles in total.items() if cycles}


def check_sums(document):
    """Cause by cause and core by core, all cycles are somewhere, once."""
    profile = document["profile"]
    everything = causes_of(document["cores"])
    assert causes_of([*profile["lines"], *profile["rests"], document["outside"]]) == everything
    assert causes_of([*document["kernels"], document["outside"]]) == everything
    for line in profile["lines"]:
        assert sum(line["cores"]) == line["cycles"]


def without(document, *keys):
    return {key: value for key, value in document.items() if key not in ("wall_seconds", *keys)}


def by_line(document):
    return {line["line"]: line for line in document["profile"]["lines"]}


@pytest.mark.parametrize("board", ["parallella", "pynq", "pynq-fpu", "pynq-picorv32"])
@pytest.mark.parametrize("options", [(), ("--code", "shared", "--data", "shared"), ("--set", "chip.engine=reference")], ids=["local", "shared", "reference"])
def test_every_cycle_has_a_line_and_looking_on_changes_none(laboratory, board, options):
    if board == "pynq-picorv32" and "chip.engine=reference" in options:
        options = ("--set", "vm.transfer_engine=bytes")  # these cores have one engine
    program = laboratory.write("p.py", PROGRAM)
    documents = []
    for profile in ((), ("--profile",)):
        done = laboratory.run("run", "--board", board, "--cores", "3", "--stats", "s.json", *options, *profile, program)
        assert (done.returncode, done.stdout) == (0, "[device 0] 121275\n")
        documents.append(json.loads((laboratory.folder / "s.json").read_text()))
    plain, profiled = documents
    assert without(plain) == without(profiled, "profile")
    jsonschema.validate(profiled, json.loads((laboratory.root / "docs/statistics.schema.json").read_text()))
    check_sums(profiled)
    lines = by_line(profiled)
    assert {number: lines[number]["times"] for number in (4, 5, 6, 7, 8, 9, 11, 14, 15)} == {4: 3, 5: 3, 6: 153, 7: 150, 8: 150, 9: 3, 11: 3, 14: 63, 15: 60}
    assert lines[7]["text"] == "        total += i * i"
    assert lines[7]["function"] == "heavy"
    if not options:
        assert "host_wait" not in lines[7]["causes"]
        assert lines[19]["causes"]["host_wait"] > 100  # print


def test_the_paced_vm_is_profiled_as_well(laboratory):
    program = laboratory.write("p.py", PROGRAM)
    assert laboratory.run("run", "--cores", "2", "--set", "vm.pace=50", "--profile", "--stats", "s.json", program).returncode == 0
    document = json.loads((laboratory.folder / "s.json").read_text())
    check_sums(document)
    assert by_line(document)[7]["times"] == 100


def run_script(laboratory, profile=True):
    script = laboratory.write("k.py", SCRIPT.format(profile=profile))
    environment = {**os.environ, "PYTHONPATH": str(laboratory.root / "python"), "EPYSIM": laboratory.epysim}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=laboratory.folder, env=environment, timeout=120)
    assert (done.stdout, done.stderr) == ("[780, 780, 780] [780, 780, 780] [780, 780, 780]\n", "")
    return json.loads((laboratory.folder / "s.json").read_text())


def test_kernels_and_variables_of_a_script(laboratory):
    plain, document = run_script(laboratory, False), run_script(laboratory, True)
    assert plain["cores"] == document["cores"]
    assert plain["kernels"] == document["kernels"]
    check_sums(document)
    kernels = {kernel["name"]: kernel for kernel in document["kernels"]}
    assert {name: (kernel["launches"], kernel["runs"]) for name, kernel in kernels.items()} == {
        "top level": (0, kernels["top level"]["runs"]),
        "by_demand": (3, 9),
        "ahead": (1, 3),
    }
    variables = {(one["kernel"], one["name"], one["kind"]): one for one in document["variables"]}
    assert variables["by_demand", "a", "host"]["on_demand"] == {"requests": 240, "elements": 240, "bytes": 960}
    assert variables["by_demand", "b", "host"]["store"] == {"requests": 45, "elements": 45, "bytes": 180}
    assert variables["ahead", "a", "host"]["prefetch"] == {"requests": 12, "elements": 120, "bytes": 480}
    assert variables["by_demand", "a", "shared"]["direct"] == {"loads": 120, "bytes_loaded": 480, "stores": 0, "bytes_stored": 0}
    assert "direct" not in {**plain["variables"][0], **plain["variables"][-1]}
    assert document["host"]["busy_ns"] == document["host"]["busy_cycles"] * 10 // 6
    lines = {(line["kernel"], line["text"].strip()): line for line in document["profile"]["lines"]}
    line = lines["by_demand", "total += a[i]"]
    assert line["times"] == 360
    assert line["waits"] == {"a": variables["by_demand", "a", "host"]["waited_cycles"]}
    assert line["waits"]["a"] <= line["causes"]["host_wait"] <= line["cycles"]
    assert lines["by_demand", "b[i] = total"]["waits"].keys() == {"b"}


def test_the_report_says_which_line_waits_for_which_variable(laboratory):
    run_script(laboratory)
    done = laboratory.run("report", "s.json")
    assert (done.returncode, done.stderr) == (0, "")
    line = next(line for line in done.stdout.splitlines() if line.endswith("total += a[i]"))
    assert line.split()[:2] == ["10", "360"]
    assert "(a)" in line
    assert "host_wait" in line
    assert "one by one, on demand" in done.stdout
    assert "def by_demand(a, b):" not in done.stdout  # nothing was executed there
    found = json.loads(laboratory.run("report", "s.json", "--json").stdout)
    assert sum(kernel["share"] for kernel in found["kernels"]) == pytest.approx(1)
    assert [one["line"] for one in found["lines"]] == sorted(one["line"] for one in found["lines"])
    merged = next(one for one in found["lines"] if one["line"] == 10)
    assert merged["kernels"] == ["by_demand"]
    done = laboratory.run("report", "s.json", "--html", "page.html")
    page = (laboratory.folder / "page.html").read_text()
    assert done.returncode == 0
    assert "total += a[i]" in page
    assert "<svg" in page
    assert "src=" not in page


def test_a_changed_source_is_noticed(laboratory):
    run_script(laboratory)
    assert "has changed" not in laboratory.run("report", "s.json").stdout
    laboratory.write("k.py", "# something else\n" * 50)
    changed = laboratory.run("report", "s.json").stdout
    assert "k.py, which has changed since this was recorded" in changed
    assert "total += a[i]" in changed  # as it was
    (laboratory.folder / "k.py").unlink()
    assert "k.py, which is not here" in laboratory.run("report", "s.json").stdout


def test_a_program_is_run_and_reported_at_once(laboratory):
    program = laboratory.write("p.py", PROGRAM)
    done = laboratory.run("report", "--cores", "2", "--stats", "kept.json", program)
    assert done.returncode == 0
    assert done.stdout.startswith("[device 0] 80850\nparallella: ")
    assert "total += i * i" in done.stdout
    assert "profile" in json.loads((laboratory.folder / "kept.json").read_text())
    script = laboratory.write("k.py", SCRIPT.format(profile=False))
    done = laboratory.run("report", script, "--cores", "2", "--json")
    assert len(json.loads(done.stdout)["cores"]) == 2
    assert done.stderr == "[780, 780] [780, 780] [780, 780]\n"


def test_without_lines_it_says_how_to_record_them(laboratory):
    program = laboratory.write("p.py", PROGRAM)
    laboratory.run("run", "--cores", "2", "--stats", "s.json", program)
    done = laboratory.run("report", "s.json")
    assert done.returncode == 0
    assert "epysim run --profile --stats FILE.json" in done.stdout
    assert "offchip_load" in done.stdout


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ("{", "is not a statistics document: Expecting"),
        ("[1]", "is not a statistics document (it has no board, cycles, cores, host)"),
        ('{"rows": []}', "is not a statistics document (it has no board, cycles, cores, host)"),
        (None, "No such file"),
    ],
)
def test_what_is_no_statistics_document(laboratory, contents, said):
    if contents is not None:
        laboratory.write("x.json", contents)
    done = laboratory.run("report", "x.json")
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_options_that_make_no_sense(laboratory):
    laboratory.write("x.json", "{}")
    done = laboratory.run("report", "x.json", "--cores", "2")
    assert (done.returncode, done.stderr) == (2, "epysim report: --cores are for a program that is run; x.json is what an earlier run has left\n")
    failing = laboratory.write("f.py", "a = [1]\nprint(a[5])\n")
    done = laboratory.run("report", "--cores", "1", failing)
    assert done.returncode == 1
    assert "there is nothing to report" in done.stderr
