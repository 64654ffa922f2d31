// print: one line per request, "[device K] " and the values with blanks between. format: the text of one value.

#include <algorithm>

#include "hostlink/device_format.h"
#include "hostlink/services.h"
#include "hostlink/values.h"

namespace epysim::hostlink {

std::string Services::speaker(const Request& request) const {
  if (!layout.is_virtual(request.rank)) return "device " + std::to_string(request.core);
  return "host " + std::to_string(request.rank - layout.board_cores);
}

Reply Services::print(const Request& request) {
  ValueReader reader(device, request.window);
  const std::vector<Value> values = reader.read_all(request.arguments[0], request.arguments[1], request.arguments[2]);
  output.line(request.core, "[" + speaker(request) + "] " + formatter.line(values));
  Reply reply;
  reply.cost = reader.cost();
  return reply;
}

Reply Services::format(const Request& request) {
  ValueReader reader(device, request.window);
  Reply reply;
  reply.text = formatter.text(reader.read(request.arguments[0], request.arguments[1]));
  // The core has room for so much and a NUL; longer texts (whole lists) are cut where a reader sees it.
  constexpr std::size_t kLongest = EPY_TEXT_BYTES - 1;
  if (reply.text.size() > kLongest) reply.text = reply.text.substr(0, kLongest - 3) + "...";
  reply.result[0] = static_cast<std::uint32_t>(reply.text.size());
  reply.cost = reader.cost();
  return reply;
}

}  // namespace epysim::hostlink
