#pragma once
// The front door of the compiler: ePython source in, byte code image out.
//
//   Image image = compile(read_source("prog.py"), options);      // vm/compiler/image.h: write_image(), read_image()
//   std::string text = listing(image);                           // vm/compiler/listing.h
//
// Imports are looked for in the folder of the importing file, then in Options::module_path, then in the folders of the environment variable
// EPYTHONPATH (separated by colons), then in Options::built_in_modules.

#include <string>
#include <vector>

#include "vm/compiler/compile_error.h"
#include "vm/compiler/dialect.h"
#include "vm/compiler/image.h"
#include "vm/compiler/source.h"

namespace epysim::compiler {

struct Options {
  /// The dialect of a program whose first line is not `# epython: modern` or `# epython: legacy`. One program is one dialect: its modules
  /// are compiled in the dialect of the program.
  Dialect dialect = Dialect::kLegacy;
  /// False: `dialect` holds whatever the first line says.
  bool follow_first_line = true;

  std::vector<std::string> module_path;  ///< more folders to look for modules in
  std::string built_in_modules;          ///< the folder vm/modules of this installation

  /// Kernel programs: functions of the program that the host launches. They are kept, and named in Image::exports.
  std::vector<std::string> exports;
  /// Every function at the top level of the program is exported.
  bool export_all = false;
  /// Module variables that the host reads or writes by name: they stay globals, and a function that assigns one needs no `global`.
  std::vector<std::string> resident;
};

/// CompileError for a mistake in the source, also in an imported module. UsageError when an export or a resident name does not exist.
Image compile(const Source& source, const Options& options);

}  // namespace epysim::compiler
