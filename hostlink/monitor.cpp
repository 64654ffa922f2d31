#include "hostlink/monitor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <utility>

#include "hostlink/error_codes.h"
#include "hostlink/memory.h"
#include "hostlink/profile/attribution.h"
#include "sim/core/error.h"
#include "sim/core/trace_sink.h"

namespace epysim::hostlink {
namespace {

constexpr std::uint32_t kMostNumber = 0x3fffffff;  // of a transfer in its descriptor

/// The part of a core's block that the core writes.
struct RequestWords {
  std::uint32_t sequence, request, arguments[6];
};
static_assert(offsetof(epy_core_block, channel_sequence) == sizeof(RequestWords));

/// Buffers print as the list they hold.
Value reference_data(References& references, const Reference& reference) {
  const auto id = references.id_of(reference.id);
  if (!id) return std::string("<stale reference>");
  List list;
  const std::uint8_t tag = references.spec(*id).element_tag;
  const std::vector<std::uint32_t> words = references.contents(*id);
  list.shape = {static_cast<std::uint32_t>(words.size())};
  for (const std::uint32_t word : words) {
    if (tag == EPY_REAL) {
      list.elements.emplace_back(std::bit_cast<float>(word));
    } else if (tag == EPY_BOOL) {
      list.elements.emplace_back(word != 0);
    } else {
      list.elements.emplace_back(static_cast<std::int32_t>(word));
    }
  }
  return list;
}

}  // namespace

Monitor::Monitor(const Setup& setup)
    : setup_(setup),
      services_{setup.device,
                setup.program,
                setup.layout,
                setup.references,
                setup.output,
                setup.input,
                Formatter(
                    setup.program.dialect(), [&program = setup.program](std::uint32_t index) { return program.function_name(index); },
                    [&references = setup.references](const Reference& reference) { return reference_data(references, reference); }),
                {}},
      deadlock_(setup.device, setup.program, setup.layout),
      answers_(setup.device, setup.layout.cores.size(), setup.log),
      sequence_(setup.layout.cores.size(), 0),
      rung_(setup.layout.cores.size(), 0),
      transfers_(setup.layout.cores.size(), 0),
      owed_(setup.layout.cores.size()) {
  if (setup.verify) guard_.emplace(setup.device, setup.program, setup.layout);
  for (const int core : setup.layout.cores) services_.random.emplace_back(setup.load.seed, static_cast<std::uint32_t>(core));
  if (!setup.layout.code_local) {
    setup.output.notice(-1, "the byte code (" + std::to_string(setup.program.resident_bytes()) +
                                " bytes) runs from shared memory, which is much slower; local memory is kept for stack and heap");
  }
}

void Monitor::load() {
  std::fill(sequence_.begin(), sequence_.end(), 0u);
  std::fill(transfers_.begin(), transfers_.end(), 0u);
  std::fill(owed_.begin(), owed_.end(), host::ServiceCost{});
  deadlock_.reset();
  answers_.reset();
  overtaken_.clear();
  std::vector<Doorbells> doorbells(static_cast<std::size_t>(setup_.device.description().core_count));
  for (std::size_t rank = 0; rank < setup_.layout.cores.size(); ++rank) {
    const Address block = setup_.layout.block(rank);
    doorbells[static_cast<std::size_t>(setup_.layout.cores[rank])] = {
        block + static_cast<Address>(offsetof(epy_core_block, request_sequence)),
        block + static_cast<Address>(offsetof(epy_core_block, channel_sequence)),
        block + static_cast<Address>(offsetof(epy_core_block, awaited))};
  }
  setup_.device.watch(doorbells);
  for (const epy_core_layout& core : setup_.layout.core) fill_zero(setup_.device, core.channel, sizeof(epy_channel::transfer));
  setup_.program.load(setup_.device, setup_.layout, setup_.load);
  if (guard_) guard_->load();
  guarded_ = setup_.device.seconds();
  if (setup_.attribution != nullptr) setup_.attribution->load(setup_.program, setup_.layout);
}

std::size_t Monitor::program_ranks() const { return setup_.layout.cores.size() - (setup_.load.last == Program::OfClient::None ? 0 : 1); }

Monitor::Event Monitor::serve(const Notice& notice) {
  Event event;
  event.rank = setup_.layout.rank_of(notice.core);
  event.seconds = notice.seconds;
  transfer(event.rank, notice);  // a device that looks at one doorbell after the other may have missed one that rang before this
  if (notice.channel) return event;
  const auto words = read_as<RequestWords>(setup_.device, setup_.layout.block(event.rank));
  Request request;
  request.rank = event.rank;
  request.core = notice.core;
  request.window = setup_.layout.core[event.rank].window;
  request.kind = words.request;
  std::copy(std::begin(words.arguments), std::end(words.arguments), request.arguments.begin());
  request.seconds = notice.seconds;
  sequence_[event.rank] = words.sequence;
  rung_[event.rank] = notice.seconds;

  Reply reply;
  try {
    reply = dispatch(request, event);
  } catch (const EndOfInput& error) {
    event.kind = Event::Kind::Failed;
    event.failure = failure(event.rank, "EOFError", error.what());
  } catch (const ProgramError& error) {
    event.kind = Event::Kind::Failed;
    event.failure = failure(event.rank, "CoreError", error.what());
  }
  reply.cost.bytes_read += sizeof(RequestWords);
  guard(event, reply.cost);
  if (event.kind == Event::Kind::Next) {
    owed_[event.rank] = reply.cost;
  } else {
    answer(event.rank, reply);
  }
  return event;
}

Reply Monitor::dispatch(const Request& request, Event& event) {
  switch (request.kind) {
    case EPY_REQUEST_PRINT:
      return services_.print(request);
    case EPY_REQUEST_INPUT:
      return services_.read_input(request);
    case EPY_REQUEST_FORMAT:
      return services_.format(request);
    case EPY_REQUEST_MATHS:
      return services_.maths(request);
    case EPY_REQUEST_NOTICE:
      return services_.notice(request);
    case EPY_REQUEST_ERROR:
      event.kind = Event::Kind::Failed;
      event.failure = error_of(request);
      return {};
    case EPY_REQUEST_END:
      event.kind = Event::Kind::Ended;
      return {};
    case EPY_REQUEST_NEXT: {
      event.kind = Event::Kind::Next;
      Reply reply;
      if (request.arguments[0] != EPY_UNSET) {
        ValueReader reader(setup_.device, request.window);
        event.result = reader.read(request.arguments[0], request.arguments[1]);
        reply.cost = reader.cost();
      }
      return reply;
    }
    default:
      throw ProgramError("unknown request " + std::to_string(request.kind) + " from the VM");
  }
}

void Monitor::answer(std::size_t rank, const Reply& reply) {
  const Address block = setup_.layout.block(rank);
  host::ServiceCost cost = reply.cost;
  write_as(setup_.device, block + static_cast<Address>(offsetof(epy_core_block, result)), reply.result);
  cost.bytes_written += sizeof reply.result + sizeof(std::uint32_t);
  if (!reply.text.empty()) {
    write_as(setup_.device, block + static_cast<Address>(offsetof(epy_core_block, text_bytes)),
             static_cast<std::uint32_t>(reply.text.size()));
    setup_.device.write(block + static_cast<Address>(offsetof(epy_core_block, text)),
                        std::as_bytes(std::span(reply.text.c_str(), reply.text.size() + 1)));
    cost.bytes_written += reply.text.size() + 1 + sizeof(std::uint32_t);
  }
  answers_.send(rank, {setup_.layout.cores[rank], rung_[rank], block + static_cast<Address>(offsetof(epy_core_block, reply_sequence)),
                       sequence_[rank], cost});
}

// All transfers that the core has asked for so far: a device may have seen several rings as one. What a damaged program left in place of a
// descriptor is nobody's loss.
void Monitor::transfer(std::size_t rank, const Notice& notice) {
  const auto last =
      read_as<std::uint32_t>(setup_.device, setup_.layout.block(rank) + static_cast<Address>(offsetof(epy_core_block, channel_sequence)));
  const std::uint32_t asked = last >> 2;
  std::uint32_t& served = transfers_[rank];
  if (((asked - served) & kMostNumber) > EPY_CELLS) served = (asked - EPY_CELLS) & kMostNumber;
  const Address channel = setup_.layout.core[rank].channel;
  while (served != asked) {
    const std::uint32_t number = served = (served + 1) & kMostNumber;
    const auto descriptors = read_as<std::array<epy_transfer, EPY_CELLS>>(setup_.device, channel);
    const auto next = std::find_if(descriptors.begin(), descriptors.end(), [&](const epy_transfer& transfer) {
      return (transfer.state & EPY_TRANSFER_ASKED) != 0 && transfer.state >> 2 == number;
    });
    if (next == descriptors.end()) {
      if (answers_.twice(rank)) overtaken_.push_back(rank);
      continue;
    }
    const auto cell = static_cast<std::uint32_t>(next - descriptors.begin());
    TransferReply reply = services_.transfer(rank, cell, *next);
    reply.cost.bytes_read += sizeof(epy_transfer);
    reply.cost.bytes_written += sizeof(std::uint32_t);
    static_assert(offsetof(epy_transfer, state) == 0);
    const Address state = channel + cell * static_cast<Address>(sizeof(epy_transfer));
    if (observes(rank)) setup_.attribution->transfer(setup_.layout.cores[rank], cell, *next, state, reply.state == EPY_TRANSFER_DONE);
    answers_.send(rank, {setup_.layout.cores[rank], notice.seconds, state, reply.state, reply.cost, true}, next->state);
  }
}

void Monitor::launch(std::size_t rank, const epy_launch& launch) {
  const std::size_t bytes = offsetof(epy_launch, arguments) + launch.argument_count * sizeof launch.arguments[0];
  setup_.device.write(setup_.layout.block(rank) + static_cast<Address>(offsetof(epy_core_block, launch)),
                      std::as_bytes(std::span(&launch, 1)).first(bytes));
  Reply reply;
  reply.result[0] = 1;
  reply.cost = owed_[rank];
  reply.cost.bytes_written += bytes;
  owed_[rank] = {};
  deadlock_.reset();
  answer(rank, reply);
}

std::vector<Failure> Monitor::look_after_answers() {
  std::vector<Failure> failures;
  for (const std::size_t rank : answers_.look()) {
    failures.push_back(failure(rank, "LinkError",
                               "the host's answer does not reach the core; it was stored " + std::to_string(kAnswersAgain + 1) + " times"));
  }
  for (const std::size_t rank : std::exchange(overtaken_, {}))
    failures.push_back(
        failure(rank, "LinkError", "an answer of the host has arrived twice, and the core has taken it for that to a later question"));
  return failures;
}

// What a damaged program has computed, or complains of, means nothing.
void Monitor::guard(Event& event, host::ServiceCost& cost) const {
  if (!guard_ || event.kind == Event::Kind::Served) return;
  const std::optional<std::string> damage = guard_->damage(event.rank, cost);
  if (!damage) return;
  event.kind = Event::Kind::Failed;
  event.result.reset();
  event.failure = damaged(event.rank, *damage, event.failure ? event.failure->error_class + ": " + event.failure->message : "");
}

std::vector<Failure> Monitor::look_at_programs(const std::vector<std::size_t>& live, bool now) {
  std::vector<Failure> failures;
  if (!guard_ || (!now && setup_.device.seconds() - guarded_ < kGuardSeconds)) return failures;
  guarded_ = setup_.device.seconds();
  host::ServiceCost cost;
  for (const std::size_t rank : live)
    if (const auto damage = guard_->damage(rank, cost)) failures.push_back(damaged(rank, *damage, ""));
  setup_.device.charge(cost);
  return failures;
}

Failure Monitor::damaged(std::size_t rank, const std::string& damage, const std::string& seen) const {
  return failure_at(setup_.layout.cores[rank], deadlock_.position(rank), "CoreError",
                    "what the core runs is damaged: " + damage + (seen.empty() ? "" : "; seen of it: " + seen), setup_.device.seconds());
}

void Monitor::stop() {
  const std::uint32_t yes = 1;
  for (std::size_t rank = 0; rank < setup_.layout.cores.size(); ++rank) {
    write_as(setup_.device, setup_.layout.control_of(rank) + static_cast<Address>(offsetof(epy_control, stop)), yes);
    write_as(setup_.device, setup_.layout.status(rank) + static_cast<Address>(offsetof(epy_status, stop)), yes);
  }
}

void Monitor::begin(std::size_t rank, const Work& work) const {
  if (observes(rank)) setup_.attribution->begin(setup_.layout.cores[rank], work);
}

void Monitor::end(std::size_t rank) const {
  if (observes(rank)) setup_.attribution->end(setup_.layout.cores[rank]);
}

void Monitor::launched(const Work& work) const {
  if (setup_.attribution != nullptr) setup_.attribution->launched(work);
}

void Monitor::trace(std::size_t rank, const std::string& what, double begin, double end) const {
  if (setup_.trace == nullptr) return;
  const std::string track = "core " + std::to_string(setup_.layout.cores[rank]) + " Python";
  setup_.trace->slice(track, what, to_cycle(setup_.device, begin), to_cycle(setup_.device, end));
}

// They lie at the bottom of the first stack that has room for all of them: words, and a tag byte each behind the words of that stack.
std::optional<Value> Monitor::variable(std::size_t rank, std::size_t index) const {
  const epy_core_layout& core = setup_.layout.core[rank];
  const bool local = core.stack_bytes / 5 >= setup_.program.image().globals.size();
  const Address stack = local ? core.stack : core.shared_stack;
  const Address tags = stack + (local ? core.stack_bytes : core.shared_stack_bytes) / 5 * 4;
  const auto word = read_as<std::uint32_t>(setup_.device, global_address(stack, core.window) + static_cast<Address>(index) * 4);
  const auto tag = read_as<std::uint8_t>(setup_.device, global_address(tags, core.window) + static_cast<Address>(index));
  if (tag == EPY_UNSET) return std::nullopt;
  return ValueReader(setup_.device, core.window).read(tag, word);
}

void Monitor::notice(std::size_t rank, const std::string& text) const { setup_.output.notice(setup_.layout.cores[rank], text); }

bool Monitor::has_left(std::size_t rank) const {
  return read_as<epy_status>(setup_.device, setup_.layout.status(rank)).activity == EPY_ENDED;
}

Failure Monitor::error_of(const Request& request) const {
  const ErrorText text = error_text(request.arguments[0]);
  return failure_at(request.core, setup_.program.position(request.arguments[1]), text.error_class, text.text, request.seconds);
}

Failure Monitor::failure(std::size_t rank, const std::string& error_class, const std::string& message) const {
  host::ServiceCost cost;
  if (const auto damage = guard_ ? guard_->damage(rank, cost) : std::nullopt) return damaged(rank, *damage, error_class + ": " + message);
  return failure_at(setup_.layout.cores[rank], deadlock_.position(rank), error_class, message, setup_.device.seconds());
}

Failure Monitor::failure_at(int core, const Program::Position& at, const std::string& error_class, const std::string& message,
                            double seconds) const {
  Failure failure;
  failure.core = core;
  failure.error_class = error_class;
  failure.message = message;
  failure.function = at.function;
  failure.file = at.file;
  failure.line = at.line;
  failure.cycle = to_cycle(setup_.device, seconds);
  return failure;
}

}  // namespace epysim::hostlink
