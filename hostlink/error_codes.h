#pragma once
// The device's error codes (vm/format/errors.def) for C++.

#include <cstdint>

namespace epysim::hostlink {

enum class ErrorCode : std::uint32_t {
#define ERROR(code, name, error_class, text) name = code,
#include "vm/format/errors.def"
#undef ERROR
};

struct ErrorText {
  const char* error_class;
  const char* text;
};

/// Class and text of an error code; an unknown code is an InternalError.
ErrorText error_text(std::uint32_t code);

}  // namespace epysim::hostlink
