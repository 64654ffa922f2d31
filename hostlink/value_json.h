#pragma once
// Values as the link carries them (docs/protocol.md, "Values"): JSON, with the elements of uniform lists in the binary block.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <vector>

#include "hostlink/block.h"
#include "hostlink/kernels.h"
#include "hostlink/program.h"
#include "hostlink/references.h"
#include "hostlink/values.h"

namespace epysim::hostlink {

/// "int32", "float32", "bool".
const char* dtype_name(std::uint8_t element_tag);
/// Throws UsageError for any other text.
std::uint8_t parse_dtype(const std::string& name);

/// Appends words to a binary block; {"offset", "bytes"} are added to `where`.
void attach(nlohmann::json& where, Block& binary, std::span<const std::uint32_t> words);
/// The same for words that outlive the block: the first ones are not copied.
void lend(nlohmann::json& where, Block& binary, std::span<const std::uint32_t> words);
/// The same, for words that are still to be put where the result says.
std::span<std::uint32_t> attach(nlohmann::json& where, Block& binary, std::size_t count);

/// A kernel's result. Names of functions come from `program`, ids of buffers from `references`.
nlohmann::json encode_value(const Value& value, Block& binary, const Program& program, const References& references);

/// A kernel's argument. Throws UsageError for what cannot be one.
KernelArgument decode_argument(const nlohmann::json& argument, const std::string& what, const Program& program);

nlohmann::json encode_failure(const Failure& failure, double clock_hz);

}  // namespace epysim::hostlink
