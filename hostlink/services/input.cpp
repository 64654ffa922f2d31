// input: asks for a line and types it by its content.

#include "hostlink/device_format.h"
#include "hostlink/services.h"
#include "hostlink/values.h"

namespace epysim::hostlink {

Reply Services::read_input(const Request& request) {
  ValueReader reader(device, request.window);
  std::string prompt = speaker(request) + "> ";
  if (request.arguments[0] != 0) prompt = formatter.text(reader.read(EPY_STRING, request.arguments[1]));
  const std::optional<std::string> text = input.line(request.core, prompt);
  if (!text) throw EndOfInput();

  Reply reply;
  reply.cost = reader.cost();
  const Value value = typed_by_content(*text);
  if (const auto* string = std::get_if<std::string>(&value)) {
    reply.text = string->substr(0, EPY_TEXT_BYTES - 1);
    reply.result = {EPY_STRING, static_cast<std::uint32_t>(reply.text.size()), 0};
  } else {
    const TaggedWord word = encode_scalar(value);
    reply.result = {word.tag, word.word, 0};
  }
  return reply;
}

}  // namespace epysim::hostlink
