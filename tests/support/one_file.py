"""The one-file verifier of registers, in this process."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

from tests.support.house import ROOT

SCRIPT = ROOT / "scripts" / "verify_register.py"


def one_file_verifier() -> ModuleType:
    """Its module."""
    spec = spec_from_file_location("verify_register", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["verify_register"] = module
    spec.loader.exec_module(module)
    return module
