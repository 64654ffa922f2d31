#pragma once
// Notices when cores wait for each other for ever.
//
// Looks at the status of all live cores from time to time. When every one of them waits for a message or at a
// barrier, and between two looks none of these waits has ended, nothing can ever end them: a message in flight would have
// arrived long before the second look (they are milliseconds of device time apart).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hostlink/device.h"
#include "hostlink/outcome.h"
#include "hostlink/placement.h"
#include "hostlink/program.h"

namespace epysim::hostlink {

class DeadlockWatch {
 public:
  DeadlockWatch(Device& device, const Program& program, const Layout& layout) : device_(device), program_(program), layout_(layout) {}

  /// One look at the cores with these ranks, which neither have ended nor wait for the host. Returns a failure per core once they are
  /// stuck.
  std::vector<Failure> look(const std::vector<std::size_t>& live);
  /// Forgets the last look (after cores were started or released).
  void reset() { last_.clear(); }

  /// Where the core is in its program, as far as it has told: also for cores that run.
  Program::Position position(std::size_t rank) const;

 private:
  struct Seen {
    std::size_t rank;
    std::uint32_t progress;
    bool operator==(const Seen&) const = default;
  };
  Device& device_;
  const Program& program_;
  const Layout& layout_;
  std::vector<Seen> last_;
};

}  // namespace epysim::hostlink
