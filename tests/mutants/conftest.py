"""The modules beside the tests, and the runner of the matrix, are importable by their names."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "matrix"))
