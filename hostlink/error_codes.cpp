#include "hostlink/error_codes.h"

namespace epysim::hostlink {

ErrorText error_text(std::uint32_t code) {
  switch (code) {
#define ERROR(number, name, error_class, text) \
  case number:                                 \
    return {#error_class, text};
#include "vm/format/errors.def"
#undef ERROR
    default:
      return {"InternalError", "unknown error code"};
  }
}

}  // namespace epysim::hostlink
