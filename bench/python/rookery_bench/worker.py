"""A process that measures one entrant once: `python -m rookery_bench.worker FOLDER SCENARIO ENTRANT`.

It prints the measurement as the last line of its output.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rookery_bench import catalog
from rookery_bench.place import Place


def main() -> None:
    """Measures as the arguments say."""
    folder, scenario, name = sys.argv[1:]
    print(json.dumps(catalog.entrant(scenario, name).run(Place.load(Path(folder)))))


if __name__ == "__main__":
    main()
