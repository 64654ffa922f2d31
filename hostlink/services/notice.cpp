// Things the user should know about where a program's parts ended up.

#include "hostlink/device_format.h"
#include "hostlink/services.h"

namespace epysim::hostlink {

Reply Services::notice(const Request& request) {
  switch (request.arguments[0]) {
    case EPY_NOTICE_CODE_SHARED:
      break;  // the host decided that and has said so once for all cores
    case EPY_NOTICE_STACK_SHARED:
      output.notice(request.core, "the stack has spilled to shared memory, which is much slower");
      break;
    case EPY_NOTICE_HEAP_SHARED:
      output.notice(request.core, "the heap has spilled to shared memory, which is much slower");
      break;
    default:
      output.notice(request.core, "unknown notice " + std::to_string(request.arguments[0]));
  }
  return {};
}

}  // namespace epysim::hostlink
