// list_recording() of replay.h.

#include <memory>
#include <ostream>

#include "hostlink/recording/header.h"
#include "hostlink/recording/listing.h"
#include "hostlink/recording/recording_file.h"
#include "hostlink/recording/replay.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

// Names of the VM's parts are worth having, but the table is there without them.
std::unique_ptr<core::ElfImage> symbols_of(const VmFile& vm) {
  try {
    return std::make_unique<core::ElfImage>(find_vm(vm, {}));
  } catch (const UsageError&) {
    return nullptr;
  }
}

}  // namespace

bool list_recording(const std::filesystem::path& file, std::ostream& out) {
  RecordingReader reader(file);
  const RecordingHeader header = parse_header(reader.header(), reader.name());
  const std::unique_ptr<core::ElfImage> vm = symbols_of(header.vm);
  Places places = places_of(file, header.device, vm.get());
  out << "board " << header.device.board << (header.simulated ? "" : " (a real one)") << ", VM " << header.vm.name << ", "
      << static_cast<std::uint64_t>(header.device.clock_hz) << " cycles per second\n"
      << kListingHead << "\n";
  while (const std::optional<Entry> entry = reader.next()) {
    places.learn(*entry);
    out << listing_line(reader.count(), *entry, places) << "\n";
  }
  if (reader.cut()) out << "the recording breaks off here: its run was killed, or the file was cut short\n";
  out.flush();
  return !reader.cut();
}

}  // namespace epysim::hostlink
