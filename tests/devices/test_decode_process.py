"""``hubout decode`` as a process: it answers while its input is still open, and says wrong use in one sentence."""

import json
import select
import subprocess
import sys

HUBOUT = [sys.executable, "-c", "from hubout.cli import main; main()", "decode"]
DEADLINE_S = 30
LINE = b'{"topic":"rc522/tag","payload":"74-10-37-94","stands_for":"reader"}\n'


def test_an_answer_comes_before_the_input_ends() -> None:
    with subprocess.Popen(HUBOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(3):
            process.stdin.write(LINE)
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], DEADLINE_S)
            assert ready
            assert json.loads(process.stdout.readline()) == {"readings": [{"kind": "tap", "uid": "74103794"}]}
        process.stdin.close()
        assert process.wait(DEADLINE_S) == 0


def test_an_unknown_driver_ends_with_one_sentence_and_exit_code_2() -> None:
    result = subprocess.run([*HUBOUT, "--driver", "toaster"], input=b"", capture_output=True, check=False, timeout=30)
    assert result.returncode == 2
    assert result.stdout == b""
    assert len(result.stderr.decode().strip().splitlines()) == 1
    assert "toaster" in result.stderr.decode()


def test_thousands_of_bad_lines_do_not_stall_a_good_one() -> None:
    lines = b"{]\n" * 5_000 + LINE
    result = subprocess.run(HUBOUT, input=lines, capture_output=True, check=False, timeout=60)
    answers = result.stdout.splitlines()
    assert result.returncode == 0
    assert len(answers) == 5_001
    assert json.loads(answers[-1]) == {"readings": [{"kind": "tap", "uid": "74103794"}]}
