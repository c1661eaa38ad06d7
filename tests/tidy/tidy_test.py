"""Each rule finds what it is there to find: a rule that never fires would pass every tree."""

import tempfile
import unittest
from pathlib import Path

import tidy


class TidyTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.root = Path(self.directory.name)

    def write(self, path, text=""):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def problems(self, rule):
        return list(tidy.RULES[rule](tidy.Tree(self.root)))

    def assert_breaks(self, rule, *paths):
        self.assertEqual([problem.split(":")[0] for problem in self.problems(rule)], list(paths))

    def test_includes_may_point_down(self):
        self.write("lib/store/a.cc", '#include "engine/engine.h"\n#include "base/text.h"\n#include "rookery/store.h"\n')
        self.write("lib/engine/rocksdb/a.cc", '#include "engine/engine.h"\n#include <rocksdb/db.h>\n')
        self.assert_breaks("include_direction")

    def test_includes_must_not_point_up(self):
        self.write("lib/base/a.cc", '#include "store/store.h"\n')
        self.assert_breaks("include_direction", "lib/base/a.cc")

    def test_siblings_must_not_include_each_other(self):
        self.write("lib/codec/a.h", '#include "routing/router.h"\n')
        self.write("lib/engine/memory/a.h", '#include "engine/rocksdb/rocksdb_engine.h"\n')
        self.assert_breaks("include_direction", "lib/codec/a.h", "lib/engine/memory/a.h")

    def test_the_store_must_not_know_a_concrete_engine(self):
        self.write("lib/store/a.cc", '#include "engine/rocksdb/rocksdb_engine.h"\n')
        self.assert_breaks("include_direction", "lib/store/a.cc")

    def test_tools_see_only_what_applications_see(self):
        self.write("tools/a.cc", '#include "admin/import.h"\n#include "rookery/store.h"\n')
        self.write("tools/b.cc", '#include "codec/key_format.h"\n')
        self.write("lib/admin/c.cc", '#include "base/text.h"\n')
        self.assert_breaks("include_direction", "lib/admin/c.cc", "tools/b.cc")

    def test_rocksdb_stays_in_its_engine_and_in_what_it_is_measured_with(self):
        self.write("bench/raw/a.cc", '#include <rocksdb/db.h>\n#include "engine/rocksdb/profile.h"\n')
        self.write("tools/b.cc", "#include <rocksdb/db.h>\n")
        self.write("lib/store/a.cc", "#include <rocksdb/slice.h>\n")
        self.assert_breaks("include_direction", "lib/store/a.cc", "tools/b.cc")

    def test_a_folder_outside_the_table_is_named(self):
        self.write("lib/surprise/a.cc", "#include <vector>\n")
        self.assert_breaks("include_direction", "lib/surprise/a.cc")

    def test_a_source_that_nobody_builds_is_found(self):
        self.write("lib/base/CMakeLists.txt", "rookery_module(base SOURCES a.cc)\n")
        self.write("lib/base/a.cc")
        self.write("lib/base/b.cc")
        self.write("tests/compile/c.cc")
        self.write("tools/CMakeLists.txt", "file(GLOB sources *.cc commands/*.cc)\n")
        self.write("tools/main.cc")
        self.write("tools/commands/get.cc")
        self.write("tools/commands/deep/get.cc")
        self.assert_breaks("every_source_is_built", "lib/base/b.cc", "tools/commands/deep/get.cc")

    def test_leftover_markers_are_found_in_every_kind_of_file(self):
        self.write("docs/a.md", "TO" + "DO: write\n")
        self.write("lib/a.cc", "// FIX" + "ME\nmkdtemp(\"rookery-XXXX" + "XX\");\n")
        self.write("build/ignored.cc", "// FIX" + "ME\n")
        self.assert_breaks("no_leftover_markers", "docs/a.md", "lib/a.cc")

    def test_long_files_and_many_headers_are_found(self):
        self.write("lib/base/a.cc", "\n" * (tidy.MAX_LINES + 1))
        self.write("include/rookery/long.h", "\n" * (tidy.MAX_PUBLIC_HEADER_LINES + 1))
        self.assert_breaks("sizes", "include/rookery/long.h", "lib/base/a.cc")
        for number in range(tidy.MAX_PUBLIC_HEADERS):
            self.write(f"include/rookery/{number}.h")
        self.assert_breaks("sizes", "include/rookery/long.h", "lib/base/a.cc", "include/")

    def test_backends_in_public_headers_are_found(self):
        self.write("include/rookery/good.h", '#include <vector>\n#include "rookery/status.h"\n')
        self.write("include/rookery/include.h", "#include <rocksdb/db.h>\n")
        self.write("include/rookery/type.h", "rocksdb::DB* db();\n")
        self.assert_breaks("public_headers_name_no_backend", "include/rookery/include.h", "include/rookery/type.h")

    def test_machine_paths_are_found(self):
        self.write("tools/a.cc", 'Open("/' + 'home/ada/chat.rook");\n')
        self.write("docs/a.md", "See https://example.org/" + "home/page and $HOME/" + "work/x.\n")
        self.assert_breaks("no_machine_paths", "tools/a.cc")

    def test_sleeps_are_found_in_tests_only(self):
        self.write("tests/a_test.cc", "std::this_thread::sleep" + "_for(1s);\n")
        self.write("lib/a.cc", "std::this_thread::sleep" + "_for(1s);\n")
        self.assert_breaks("no_sleeps_in_tests", "tests/a_test.cc")


if __name__ == "__main__":
    unittest.main()
