"""Study files: which runs they mean, and that a mistake names its line and its key before anything runs."""

import pytest
from laboratory import settings, tasks
from laboratory.json_lines import LocatedError
from laboratory.study import Study

SCRIPT = """import argparse
from epython import offload
parser = argparse.ArgumentParser()
parser.add_argument("--length", type=int)

@offload
def kernel(a, total):
    return 0
"""
PROGRAM = "points = 100\npoints == 3\nprint(points)\n"


@pytest.fixture
def study(laboratory):
    laboratory.write("script.py", SCRIPT)
    laboratory.write("program.py", PROGRAM)

    def read(text):
        return Study(laboratory.write("study.json", text), str(laboratory.root))

    return read


def runs(study):
    return [{key: value for key, value in run.items() if key != "program"} for run in study.runs]


def test_a_grid_has_all_combinations_of_every_entry_of_the_list(study):
    found = study({"program": "program.py", "settings": {"seed": 1}, "grid": {"cores": [1, 2], "argument.points": [5, 6]}, "list": [{}, {"seed": 2}]})
    assert runs(found) == [{"seed": seed, "cores": cores, "argument.points": points} for seed in (1, 2) for cores in (1, 2) for points in (5, 6)]


def test_runs_that_are_the_same_are_one(study):
    assert runs(study({"program": "program.py", "grid": {"cores": [2, 2]}, "list": [{"seed": 1}, {"seed": 1}]})) == [{"seed": 1, "cores": 2}]


def test_prefetch_settings_in_parts_and_whole(study):
    found = study({"program": "script.py", "settings": {"prefetch.a": [64, 8, 32, "rw"]}, "grid": {"prefetch.a.elements": [8, 128], "prefetch.total": [None]}})
    assert [settings.prefetch_of(run) for run in found.runs] == [{"a": {"buffer": 64, "elements": 8, "distance": 32, "access": "rw"}, "total": None}]
    assert found.skipped == 1  # 128 elements of a buffer of 64


@pytest.mark.parametrize(
    "body, message",
    [
        ('"program": "program.py",\n\n"grdi": {}', ":4: a study has no key 'grdi'; did you mean 'grid'?"),
        ('"program": "program.py",\n"grid": {"core": [1]}', ":3: there is no setting 'core'; did you mean 'cores'?"),
        ('"program": "program.py",\n"grid": {\n"cores": 1}', ":4: 'cores': a grid has a list of values for each setting, not 1"),
        ('"program": "program.py",\n"settings": {\n"set.elink.read_slot": 1}', ":4: board parallella has no configuration key 'elink.read_slot'; did you mean 'elink.read_slots'?"),
        ('"program": "program.py",\n"settings": {\n"board": "pynq",\n"set.elink.read_slots": 1}', ":5: board pynq has no configuration key 'elink.read_slots'"),
        ('"program": "program.py",\n"list": [{},\n{"argument.pionts": 1}]', ":4: {folder}/program.py has no constant 'pionts'; did you mean 'points'?"),
        ('"program": "script.py",\n"list": [{"argument.lenght": 1}]', ":3: {folder}/script.py has no option 'lenght'; did you mean 'length'?"),
        ('"program": "script.py",\n"list": [{"prefetch.b": null}]', ":3: no kernel of {folder}/script.py has an argument 'b'"),
        ('"program": "script.py",\n"list": [{"prefetch.a.bufer": 3}]', ":3: 'prefetch.a.bufer': there is no 'bufer'; did you mean 'buffer'?"),
        ('"program": "script.py",\n"list": [\n{"prefetch.a.buffer": 3}]', ":4: prefetch.a has no elements and no distance"),
        ('"program": "script.py",\n"list": [{"kind.a": "Shard"}]', ":3: kind.a must be one of Host, Shared, Microcore, not 'Shard'"),
        ('"program": "program.py",\n"list": [{"kind.a": "Host"}]', ":3: 'kind.a': {folder}/program.py is no offload script; only their kernels have such arguments"),
        ('"program": "none.py"', ":2: 'program': there is no file {folder}/none.py"),
        ('"grid": {}', ":1: the study has no 'program'"),
        ('"program": "program.py",\n"list": {}', ":3: 'list' must be a list"),
    ],
)
def test_mistakes_name_line_and_key(study, laboratory, body, message):
    with pytest.raises(LocatedError) as error:
        study("{\n" + body + "}")
    assert str(error.value) == f"{laboratory.folder}/study.json" + message.replace("{folder}", str(laboratory.folder))


def test_every_board_tells_its_keys():
    home = tasks.find_home()
    for board in ("parallella", "pynq", "pynq-fpu", "pynq-picorv32"):
        keys = settings.configuration_keys(board, home)
        assert "host.poll_interval" in keys and "chip.clock_hz" in keys
    assert "elink.read_slots" in settings.configuration_keys("parallella", home)


def test_a_run_is_made_of_all_files_that_its_board_is_based_on(tmp_path):
    boards = [tmp_path / name for name in ("upper.json", "lower.json")]
    program = tmp_path / "program.py"
    program.write_text("print(1)\n")
    boards[0].write_text('{"board": "upper", "based_on": "lower.json"}')
    made = []
    for hops in (1, 2):
        boards[1].write_text('{"board": "lower", "mesh": {"hops": {"value": %d}}}' % hops)
        tasks._digest_of_file.cache_clear()
        tasks._digest_of_files.cache_clear()
        made.append(tasks.task({"program": str(program), "board": str(boards[0])}, tasks.find_home(), "epysim")["made_of"])
    assert made[0] != made[1]
    assert settings.configuration_keys(str(boards[0]), tasks.find_home()) == {"mesh.hops"}


def test_a_run_has_one_name_whatever_its_folder_and_order():
    assert tasks.name_of({"program": "a/x.py", "cores": 1, "seed": 2}) == tasks.name_of({"seed": 2, "program": "b/x.py", "cores": 1})
    assert tasks.name_of({"program": "x.py", "cores": 1}) != tasks.name_of({"program": "x.py", "cores": 2})
