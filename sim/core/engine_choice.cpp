#include "sim/core/engine_choice.h"

#include <string>

#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::core {

unsigned block_visits(const Config& config, unsigned enough) {
  const std::string engine = config.text("chip.engine");
  if (engine == "fast") return enough;
  if (engine == "eager") return 1;
  if (engine == "reference") return 0;
  throw UsageError("chip.engine: there is no engine \"" + engine + "\"; use \"fast\", \"eager\" or \"reference\"");
}

}  // namespace epysim::core
