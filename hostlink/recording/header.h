#pragma once
// What a recording says of itself: which board, configured how, with which VM, and how programs were laid out on it. Everything that a
// replay needs but the VM's file.

#include <nlohmann/json.hpp>
#include <string>

#include "hostlink/device.h"
#include "hostlink/recording/vm_file.h"
#include "hostlink/run.h"

namespace epysim::core {
class Config;
}

namespace epysim::hostlink {

struct RecordingHeader {
  bool simulated = true;
  std::string config;      // of the board, as a board file
  MachineRequest machine;  // with `config` in place of a board's name, and without files to write to
  VmFile vm;
  DeviceDescription device;
};

nlohmann::json header_json(const MachineRequest& request, const core::Config& config, const std::filesystem::path& vm,
                           const DeviceDescription& device);
/// Throws UsageError for what header_json() did not write, and for a recording whose structures of host and cores are of another version.
RecordingHeader parse_header(const nlohmann::json& header, const std::string& file);

/// Whether host actions that suit one board make sense on the other: the same cores and memories at the same places.
bool same_places(const DeviceDescription& one, const DeviceDescription& other);

}  // namespace epysim::hostlink
