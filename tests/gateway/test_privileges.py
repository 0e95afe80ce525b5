"""The gateway may set the clock; what it starts may not."""

import os
import re
import subprocess
import sys

import pytest

CAP_SYS_TIME = 1 << 25
SAY = "import re, pathlib; print(re.search('CapEff:\\s*(\\w+)', pathlib.Path('/proc/self/status').read_text())[1])"
PARENT = f"""
import subprocess, sys
from gateway.privileges import keep_from_children
if sys.argv[1] == "keep":
    assert keep_from_children()
{SAY}
sys.stdout.flush()
subprocess.run([sys.executable, "-c", {SAY!r}], check=True)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a capability away")
@pytest.mark.parametrize(("how", "childs"), [("keep", 0), ("leave", CAP_SYS_TIME)])
def test_a_child_has_no_capability_of_the_gateways(how: str, childs: int) -> None:
    given = ["setpriv", "--securebits=+noroot", "--inh-caps=-all,+sys_time", "--ambient-caps=-all,+sys_time"]
    only = [*given, "--bounding-set=-all,+sys_time"]
    said = subprocess.run([*only, sys.executable, "-c", PARENT, how], check=True, capture_output=True, text=True)
    assert [int(one, 16) for one in re.findall(r"\w+", said.stdout)] == [CAP_SYS_TIME, childs]
