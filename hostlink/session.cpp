#include "hostlink/session.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "hostlink/checks/checked_device.h"
#include "hostlink/faults/frame_faults.h"
#include "hostlink/fields.h"
#include "hostlink/recording/record_session.h"
#include "hostlink/residents.h"
#include "hostlink/value_json.h"
#include "sim/core/config.h"
#include "sim/core/error.h"
#include "vm/compiler/compile.h"

namespace epysim::hostlink {
namespace {

using nlohmann::json;

constexpr double kTestSeconds = 1e-5;
constexpr auto kHeartbeat = std::chrono::seconds(2);
constexpr std::int64_t kMaxId = INT32_MAX;
/// Bytes of an answer's memory that are kept for the next one.
constexpr std::size_t kMostSpare = 64u << 20;

/// The program's top level failed: nothing can be launched.
class StartError : public ProgramError {
 public:
  explicit StartError(const Failure& failure) : ProgramError(sentence(failure)), failure_(failure) {}
  const Failure& failure() const { return failure_; }

 private:
  Failure failure_;
};

enum Native : std::uint32_t {
#define NATIVE(id, name, arguments, summary) kNative_##name = id,
#include "vm/format/natives.def"
#undef NATIVE
};

/// What a client can do on its own core.
struct Call {
  const char* name;
  std::uint32_t native;
  std::size_t arguments;
  int core;  // which argument names another core; -1: none
  bool collective;
};
constexpr Call kCalls[] = {
    {"send", kNative_send, 2, 1, false},     {"recv", kNative_recv, 1, 0, false},          {"sendrecv", kNative_sendrecv, 2, 1, false},
    {"send_n", kNative_send_n, 3, 1, false}, {"recv_n", kNative_recv_n, 2, 0, false},      {"sendrecv_n", kNative_sendrecv_n, 3, 1, false},
    {"probe", kNative_probe, 1, 0, false},   {"bcast", kNative_bcast, 2, 1, true},         {"reduce", kNative_reduce, 2, -1, true},
    {"sync", kNative_sync, 0, -1, true},     {"numcores", kNative_numcores, 0, -1, false},
};

/// Damaged conversation (not a damaged frame): requests out of order, another protocol.
class OrderError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

json diagnostic(const compiler::CompileError& error) {
  return {{"file", error.file()},       {"line", error.line()}, {"column", error.column()},
          {"message", error.message()}, {"hint", error.hint()}, {"text", error.what()}};
}

/// The part of the binary block that an object names, as words.
std::span<const std::uint32_t> words_of(Fields& fields, const Frame& frame, std::uint32_t count) {
  if (fields.find("offset") == nullptr) {
    if (fields.find("bytes") != nullptr) fields.fail("offset", "is missing");
    return {};
  }
  const auto size = static_cast<std::int64_t>(frame.binary.size());
  const std::int64_t offset = fields.integer("offset", 0, size);
  const std::int64_t bytes = fields.integer("bytes", 0, size - offset);
  if (offset % 4 != 0) fields.fail("offset", "is not a multiple of 4");
  if (bytes != std::int64_t{count} * 4) {
    fields.fail("bytes", "is " + std::to_string(bytes) + ", but " + std::to_string(count) + " elements take " +
                             std::to_string(std::int64_t{count} * 4));
  }
  return {reinterpret_cast<const std::uint32_t*>(frame.binary.data() + offset), count};
}

/// A client on another machine names none of this one's files, to read or to write.
void hide_files(Fields& fields, const std::string& board) {
  const std::string why = "names a file, and it would be one of the server's machine; the options of epysim serve can name it";
  for (const char* const key : {"trace", "record", "device"})
    if (fields.find(key) != nullptr) fields.fail(key, why);
  if (fields.find("board") != nullptr && (board.find('/') != std::string::npos || board.ends_with(".json"))) fields.fail("board", why);
  const core::Config config = core::Config::load(board);
  for (const std::string& assignment : fields.texts("set")) {
    const std::string key = assignment.substr(0, assignment.find('='));
    if (config.unit(key) == "file") fields.fail("set", "of " + key + " " + why);
  }
}

std::string core_text(Fields& fields, const json& cores) {
  if (cores.is_string()) return cores.get<std::string>();
  if (cores.is_number_integer()) return std::to_string(fields.integer("cores", 1, EPY_MAX_CORES));
  std::string list;  // "3," is core 3 alone
  for (const std::int64_t core : fields.integers("cores", 0, 1 << 20)) list += std::to_string(core) + ",";
  if (list.empty()) fields.fail("cores", "names no core");
  return list;
}

}  // namespace

namespace {

std::vector<Resident> residents_of(const json& list) {
  std::vector<Resident> residents;
  for (const json& item : list) {
    Resident resident;
    if (item.is_string()) {
      resident.name = item.get<std::string>();
    } else {
      Fields fields(item, "program: resident[" + std::to_string(residents.size()) + "]");
      resident.name = fields.text("name");
      resident.dimensions = static_cast<std::uint32_t>(fields.integer("dimensions", 1, EPY_MAX_DIMENSIONS, 1));
      fields.done();
    }
    residents.push_back(std::move(resident));
  }
  return residents;
}

// The client's program with the functions that read and write device data.
compiler::Image compile_with(const std::vector<Resident>& residents, compiler::Source source, compiler::Options options) {
  if (!residents.empty()) source.chunks.push_back(resident_functions(residents));
  for (const Resident& resident : residents) {
    options.resident.push_back(resident.name);
    if (options.export_all) continue;
    for (std::string& name : resident_function_names(resident)) options.exports.push_back(std::move(name));
  }
  return compiler::compile(source, options);
}

// Kernels may have given a variable more dimensions than its client has announced. Returns whether one has.
bool widen(std::vector<Resident>& residents, const ResidentValues& values) {
  bool any = false;
  for (Resident& resident : residents) {
    const auto known = values.find(resident.name);
    if (known == values.end()) continue;
    for (const std::optional<Value>& value : known->second) {
      const List* const list = value ? std::get_if<List>(&*value) : nullptr;
      if (list == nullptr || list->shape.size() <= resident.dimensions) continue;
      resident.dimensions = static_cast<std::uint32_t>(list->shape.size());
      any = true;
    }
  }
  return any;
}

}  // namespace

/// A program on the cores, and everything that works with it.
struct Session::Loaded {
  Loaded(const Program& code, const DeviceDescription& description, const std::vector<int>& cores, const Placement& placement)
      : program(code), layout(compute_layout(description, cores, code.vm_end(), code.resident_bytes(), placement)) {}

  const Program& program;
  Layout layout;
  std::unique_ptr<Monitor> monitor;
  std::unique_ptr<Kernels> kernels;
  std::map<std::string, Resident> residents;
  bool member = false;  // the client's own core takes part in collective operations
  std::vector<compiler::Resident::Function> functions;
};

Session::Session(MachineRequest defaults, Files files, Send send, ClientGone gone, Receive receive)
    : request_(std::move(defaults)),
      files_(files),
      to_client_(std::move(send)),
      gone_([this, gone = std::move(gone)] {
        beat();
        if (!gone()) return false;
        record_gone(recorder());
        return true;
      }),
      from_client_(std::move(receive)) {}

Session::~Session() = default;

/// A sign of life while simulated time passes, for a client that cannot see whether this process is there.
void Session::beat() {
  const auto now = std::chrono::steady_clock::now();
  if (now - beat_ < kHeartbeat) return;
  beat_ = now;
  send(Frame{FrameType::Heartbeat, current_, {{"seconds", machine().device().seconds()}}, {}});
}

void Session::send(const Frame& frame) {
  record_reply(recorder(), frame);
  try {
    to_client_(frame);
  } catch (...) {
    record_gone(recorder(), true);
    throw;
  }
}

std::optional<Frame> Session::receive() {
  std::optional<Frame> frame = from_client_();
  if (!frame) record_gone(recorder());
  return frame;
}

void Session::line(int core, const std::string& text) {
  Frame event{FrameType::Output, current_, {{"core", core}, {"stream", "stdout"}, {"text", text}}, {}};
  send(event);
}

void Session::notice(int core, const std::string& text) {
  Frame event{FrameType::Notice, current_, {{"text", text}}, {}};
  if (core >= 0) event.body["core"] = core;
  send(event);
}

void Session::send_error(const Frame& request, const std::string& kind, const std::string& message, json more) {
  Frame error{FrameType::Error, request.request, std::move(more), {}};
  error.body["kind"] = kind;
  error.body["message"] = message;
  send(error);
}

bool Session::handle(Frame request) {
  record_request(recorder(), request);
  current_ = request.request;
  beat_ = std::chrono::steady_clock::now();
  try {
    Answer reply = answer(request);
    if (loaded_ && loaded_->kernels && loaded_->kernels->cancelled()) {
      send_error(request, "interrupted", "the simulation was told to stop");
      return false;
    }
    Frame frame{reply_to(request.type), request.request, std::move(reply.body), std::move(reply.binary)};
    send(frame);
    frame.binary.drop_front(frame.binary.size());
    if (frame.binary.spare().size() <= kMostSpare) spare_ = std::move(frame.binary);
    return !over_;
  } catch (const OrderError& error) {
    send_error(request, "protocol", error.what());
    return false;
  } catch (const compiler::CompileError& error) {
    send_error(request, "compile", error.what(), {{"diagnostics", json::array({diagnostic(error)})}});
  } catch (const StartError& error) {
    send_error(request, "program", error.what(), {{"error", encode_failure(error.failure(), machine().device().description().clock_hz)}});
  } catch (const LinkError& error) {
    send_error(request, "link", error.what());
    return false;
  } catch (const ProgramError& error) {
    send_error(request, "program", error.what());
  } catch (const UsageError& error) {
    send_error(request, "usage", error.what());
  } catch (const FrameError& error) {  // an answer that is too large
    send_error(request, "usage", error.what());
  } catch (const json::exception& error) {
    send_error(request, "internal", error.what());
  }
  return true;
}

Session::Answer Session::answer(Frame& request) {
  if (request.request == 0) throw OrderError("a request must have a number");
  if (request.type == FrameType::Supply) throw OrderError("nothing was asked for");
  if (static_cast<unsigned>(request.type) > static_cast<unsigned>(FrameType::Message)) throw OrderError("clients send requests only");
  if (!greeted_ && request.type != FrameType::Hello) throw OrderError("the first request must be hello");
  static const char* const names[] = {"",     "hello", "open",   "program",   "launch", "wait",  "test",
                                      "data", "fetch", "forget", "host_time", "stats",  "close", "message"};
  Fields fields(request.body, names[static_cast<unsigned>(request.type)]);
  switch (request.type) {
    case FrameType::Hello:
      return hello(fields);
    case FrameType::Open:
      return open(fields);
    case FrameType::Program:
      return program(fields);
    case FrameType::Launch:
      return launch(fields, request);
    case FrameType::Wait:
      return wait(fields);
    case FrameType::Test:
      return test(fields);
    case FrameType::Data:
      return data(fields, request);
    case FrameType::Fetch:
      return fetch(fields);
    case FrameType::Forget:
      return forget(fields);
    case FrameType::HostTime:
      return host_time(fields);
    case FrameType::Stats:
      return stats(fields);
    case FrameType::Message:
      return message(fields, request);
    default:
      return close(fields);
  }
}

FrameFaults* Session::frame_faults() { return machine_ && machine_->frame_faults().possible() ? &machine_->frame_faults() : nullptr; }

Machine& Session::machine() {
  if (!machine_) throw UsageError("there is no board yet: send open first");
  return *machine_;
}

std::vector<int> Session::cores() {
  std::vector<int> cores = machine().cores();
  cores.pop_back();
  return cores;
}

int Session::own_core() { return machine().cores().back(); }

Session::Loaded& Session::loaded() {
  machine();
  if (!loaded_) throw UsageError("there is no program yet: send program first");
  return *loaded_;
}

Session::Answer Session::hello(Fields& fields) {
  const std::int64_t protocol = fields.integer("protocol", 0, 0xffff);
  fields.text("client", "");
  fields.text("token", "");  // whoever accepted the connection has looked at it
  fields.done();
  if (protocol != kProtocolVersion) {
    throw OrderError("the client speaks protocol " + std::to_string(protocol) + ", this server " + std::to_string(kProtocolVersion) +
                     ": use the epython module and the epysim of the same version");
  }
  greeted_ = true;
  return {{{"protocol", kProtocolVersion}, {"server", std::string("epysim ") + EPYSIM_VERSION}, {"pid", getpid()}}, {}};
}

Session::Answer Session::open(Fields& fields) {
  if (machine_) throw UsageError("the board is open already; a connection has one board");
  MachineRequest request = request_;
  request.board = fields.text("board", request.board);
  if (const json* cores = fields.find("cores")) request.cores = core_text(fields, *cores);
  for (std::string& assignment : fields.texts("set")) request.overrides.push_back(std::move(assignment));
  request.seed = static_cast<std::uint64_t>(fields.integer("seed", 0, INT64_MAX, static_cast<std::int64_t>(request.seed & INT64_MAX)));
  if (fields.find("max_cycles") != nullptr) request.max_cycles = static_cast<Cycle>(fields.integer("max_cycles", 1, INT64_MAX));
  request.trace = fields.text("trace", request.trace.string());
  request.record = fields.text("record", request.record.string());
  request.device = fields.text("device", request.device.string());
  request.profile = fields.boolean("profile", request.profile);
  if (const json* given = fields.find("options")) {
    Fields options(*given, "open: options");
    if (options.find("code") != nullptr) request.placement.code = parse_where("code", options.text("code"));
    if (options.find("data") != nullptr) request.placement.data = parse_where("data", options.text("data"));
    request.placement.stack_bytes = static_cast<std::uint32_t>(options.integer("stack", 0, 1 << 20, request.placement.stack_bytes));
    if (options.find("heap") != nullptr) request.placement.heap_bytes = static_cast<std::uint32_t>(options.integer("heap", 0, 1 << 20));
    options.done();
  }
  counted_ = fields.boolean("host_core", false);
  const bool checksums = fields.boolean("checksums", false);
  fields.done();
  if (files_ == Files::Hidden) hide_files(fields, request.board);
  if (request.cores.empty()) request.cores = "all";
  request.host_cores = 1;  // the client's own

  OutputSink& events = *this;
  machine_ = std::make_unique<Machine>(request, events);
  request_ = std::move(request);
  checksums_ = checksums || frame_faults() != nullptr;
  record_session(recorder(), counted_, current_);
  const DeviceDescription& description = machine_->device().description();
  // Buffers may come before any program, so the shared memory they can have must not depend on one.
  references_ =
      std::make_unique<References>(machine_->device(), compute_layout(description, machine_->cores(), 0, 0, {}).free,
                                   ClientData{[this](std::uint32_t id, std::uint32_t first, std::span<std::uint32_t> words, int core) {
                                                return load_of_client(id, first, words, core);
                                              },
                                              [this](std::uint32_t id, std::uint32_t first, std::span<const std::uint32_t> words,
                                                     int core) { return ask("store", id, first, words.size(), core, words).has_value(); }});
  return {{{"board", description.board},
           {"cores", cores()},
           {"host_core", own_core()},
           {"clock_hz", description.clock_hz},
           {"local_bytes", description.local_bytes},
           {"shared_bytes", description.shared_bytes},
           {"seconds", machine_->device().seconds()}},
          {}};
}

Session::Answer Session::program(Fields& fields) {
  compiler::Source source;
  const json& chunks = fields.need("chunks");
  if (!chunks.is_array() || chunks.empty()) fields.fail("chunks", "must be a list of at least one chunk");
  for (const json& item : chunks) {
    Fields chunk(item, "program: chunks[" + std::to_string(source.chunks.size()) + "]");
    compiler::SourceChunk piece;
    piece.file = chunk.text("file");
    piece.first_line = static_cast<int>(chunk.integer("first_line", 1, INT32_MAX));
    piece.text = chunk.text("text");
    chunk.done();
    source.chunks.push_back(std::move(piece));
  }
  compiler::Options options;
  options.exports = fields.texts("exports");
  options.export_all = options.exports.empty();
  std::vector<Resident> residents = residents_of(fields.array("resident"));
  const bool run = fields.boolean("run", false);
  const std::string dialect = fields.text("dialect", run ? "" : "modern");
  if (dialect != "modern" && dialect != "legacy" && !(run && dialect.empty())) {
    fields.fail("dialect", "must be \"modern\" or \"legacy\"");
  }
  options.dialect = dialect == "modern" ? Dialect::kModern : Dialect::kLegacy;
  options.follow_first_line = dialect.empty();
  options.built_in_modules = (core::home() / "vm" / "modules").string();
  fields.done();
  if (!residents.empty() && options.dialect != Dialect::kModern) fields.fail("resident", "needs the modern dialect");
  Machine& board = machine();

  auto image = compile_with(residents, source, options);
  ResidentValues values;
  if (loaded_) {
    loaded_->kernels->drain();
    values = loaded_->kernels->resident_values();
    if (widen(residents, values)) image = compile_with(residents, source, options);
  }
  auto code = std::make_unique<const Program>(std::move(image), board.vm());
  auto next = std::make_unique<Loaded>(*code, board.device().description(), board.cores(), request_.placement);
  next->functions = compiler::take_apart(code->image().resident, "the program").functions;
  for (const Resident& resident : residents) next->residents[resident.name] = resident;
  programs_.push_back(std::move(code));
  const Program::OfClient own = counted_ || run ? Program::OfClient::Member : Program::OfClient::Partner;
  next->member = own == Program::OfClient::Member;
  next->monitor = std::make_unique<Monitor>(Monitor::Setup{board.device(),
                                                           next->program,
                                                           next->layout,
                                                           *references_,
                                                           *this,
                                                           input_,
                                                           {request_.seed, true, own, board.pace_turns(), board.engine()},
                                                           board.trace(),
                                                           &board.attribution(),
                                                           &board.link_log(),
                                                           board.verify()});
  next->kernels = std::make_unique<Kernels>(*next->monitor, *references_, gone_, loaded_ ? loaded_->kernels.get() : nullptr);
  loaded_ = std::move(next);
  if (run) {
    const Kernels::Handle handle = loaded_->kernels->run();
    return {{{"handle", handle}, {"cores", cores()}, {"bytes", loaded_->program.resident_bytes()}, {"seconds", board.device().seconds()}},
            {}};
  }
  const std::vector<Failure> failures = loaded_->kernels->start(residents, values);
  if (!failures.empty()) throw StartError(failures.front());

  json kernels = json::object();
  for (const auto& [name, index] : loaded_->program.image().exports) {
    if (is_resident_function(name)) continue;
    const compiler::Resident::Function& function = loaded_->functions.at(index);
    kernels[name] = {{"parameters", function.parameters}, {"required", function.required}};
  }
  return {{{"kernels", std::move(kernels)},
           {"bytes", loaded_->program.resident_bytes()},
           {"free_bytes", loaded_->layout.core.front().heap_bytes},
           {"seconds", board.device().seconds()}},
          {}};
}

std::vector<std::size_t> Session::ranks_of(const json& target, const std::string& what) const {
  std::vector<int> cores = machine_->cores();
  cores.pop_back();  // the client's own
  std::vector<std::size_t> ranks;
  if (target == "all") {
    for (std::size_t rank = 0; rank < cores.size(); ++rank) ranks.push_back(rank);
    return ranks;
  }
  if (!target.is_array() || target.empty()) throw UsageError(what + ": \"target\" must be \"all\", {\"auto\": n} or a list of core ids");
  for (const json& item : target) {
    const auto core = std::find_if(cores.begin(), cores.end(), [&](int id) { return item.is_number_integer() && item == id; });
    if (core == cores.end()) throw UsageError(what + ": there is no core " + item.dump() + " in this program");
    const auto rank = static_cast<std::size_t>(core - cores.begin());
    if (std::find(ranks.begin(), ranks.end(), rank) != ranks.end()) throw UsageError(what + ": core " + item.dump() + " is there twice");
    ranks.push_back(rank);
  }
  std::sort(ranks.begin(), ranks.end());
  return ranks;
}

// A kernel with its arguments.
void Session::call(Fields& fields, Launch& launch) {
  const Loaded& program = loaded();
  launch.kernel = fields.text("kernel");
  const auto found = program.program.image().exports.find(launch.kernel);
  if (found == program.program.image().exports.end()) throw UsageError("the program has no kernel " + launch.kernel);
  launch.function = found->second;
  launch.kernel = fields.text("label", launch.kernel);
  for (const json& argument : fields.array("arguments")) {
    const std::string what = "argument " + std::to_string(launch.arguments.size() + 1) + " of " + launch.kernel;
    launch.arguments.push_back(decode_argument(argument, what, program.program));
  }
  const compiler::Resident::Function& function = program.functions.at(launch.function);
  if (launch.arguments.size() < function.required || launch.arguments.size() > function.parameters) {
    const std::string most = std::to_string(function.parameters);
    throw UsageError("kernel " + launch.kernel + " takes " +
                     (function.required == function.parameters ? most : std::to_string(function.required) + " to " + most) +
                     " arguments, but is launched with " + std::to_string(launch.arguments.size()));
  }
}

// Device data: a copy from the cores, or to them.
void Session::access(Fields& fields, bool get, Launch& launch) {
  const Loaded& program = loaded();
  const std::string name = fields.text(get ? "get" : "put");
  const auto found = program.residents.find(name);
  if (found == program.residents.end()) throw UsageError("the program has no device data " + name);
  const Resident& resident = found->second;
  launch.kernel = (get ? "copy from device: " : "copy to device: ") + name;
  std::string function = reading_function(resident);
  if (!get) {
    const json* const value = fields.find("value");
    launch.arguments.push_back(decode_argument(value == nullptr ? json(nullptr) : *value, name, program.program));
    const std::vector<std::int64_t> shape = fields.integers("shape", 0, INT32_MAX);
    const bool array = std::holds_alternative<BufferArgument>(launch.arguments.front());
    if (shape.size() > resident.dimensions || (!array && !shape.empty())) {
      fields.fail("shape", "has " + std::to_string(shape.size()) + " dimensions; " + name + " was announced with " +
                               std::to_string(resident.dimensions) + " at most, and a scalar has none");
    }
    function =
        array ? array_function(resident, std::max<std::uint32_t>(1, static_cast<std::uint32_t>(shape.size()))) : scalar_function(resident);
    if (shape.size() > 1)
      for (const std::int64_t extent : shape) launch.arguments.push_back(int_argument(extent));
  }
  launch.function = program.program.image().exports.at(function);
}

Session::Answer Session::launch(Fields& fields, Frame& request) {
  Loaded& program = loaded();
  let_go(fields);
  put_buffers(fields.array("buffers"), request);  // they are known even when the launch is refused
  Launch launch;
  const bool get = fields.find("get") != nullptr, put = fields.find("put") != nullptr;
  if (get || put) {
    access(fields, get, launch);
  } else {
    call(fields, launch);
  }
  const json& target = fields.need("target");
  const bool wait = fields.boolean("wait", false);
  fields.done();

  std::size_t any = 0;
  std::vector<std::size_t> ranks;
  if (target.is_object()) {
    Fields automatic(target, "launch: target");
    any = static_cast<std::size_t>(automatic.integer("auto", 1, static_cast<std::int64_t>(cores().size())));
    automatic.done();
  } else {
    ranks = ranks_of(target, "launch");
  }
  const Kernels::Handle handle =
      any > 0 ? program.kernels->launch_any(std::move(launch), any) : program.kernels->launch(std::move(launch), ranks);
  if (wait) program.kernels->wait({handle}, Kernels::Until::All, std::nullopt, true);
  Answer answer = wait ? progress({handle}) : Answer{};
  answer.body["handle"] = handle;
  if (any == 0) {
    answer.body["cores"] = json::array();
    for (const std::size_t rank : ranks) answer.body["cores"].push_back(machine().cores()[rank]);
  }
  return answer;
}

void Session::put_buffers(const json& buffers, Frame& request) {
  host::ServiceCost cost;
  std::size_t index = 0;
  for (const json& item : buffers) {
    Fields fields(item, "buffers[" + std::to_string(index++) + "]");
    BufferSpec spec;
    spec.id = static_cast<std::uint32_t>(fields.integer("id", 1, kMaxId));
    spec.element_tag = parse_dtype(fields.text("dtype"));
    const std::string kind = fields.text("kind");
    if (kind != "host" && kind != "shared" && kind != "client") fields.fail("kind", "must be \"host\", \"shared\" or \"client\"");
    if (kind == "client" && !from_client_) fields.fail("kind", "cannot be \"client\" here");
    spec.kind = kind == "host" ? Kind::Host : kind == "shared" ? Kind::Shared : Kind::Client;
    spec.count = static_cast<std::uint32_t>(fields.integer("count", 0, kMaxBinaryBytes / 4));
    spec.is_mutable = fields.boolean("mutable", true);
    const std::span<const std::uint32_t> words = words_of(fields, request, spec.count);
    fields.done();
    if (spec.kind == Kind::Shared) cost.bytes_written += words.size_bytes();
    if (buffers.size() == 1 && words.size_bytes() == request.binary.size()) {
      references_->take(spec, std::exchange(request.binary, {}));  // it can stay where it is
    } else {
      references_->put(spec, words);
    }
  }
  if (cost.bytes_written > 0) machine().device().charge(cost);
}

// Asks the client for its data, or tells it of a store, and waits for its answer; nothing when that is an exception.
std::optional<Frame> Session::ask(json what, std::uint32_t id, std::uint32_t first, std::size_t count, int core,
                                  std::span<const std::uint32_t> words) {
  Frame question{FrameType::Ask, current_, {{"do", std::move(what)}, {"id", id}, {"first", first}, {"count", count}, {"core", core}}, {}};
  question.binary.append(std::as_bytes(words));
  send(question);
  while (std::optional<Frame> answer = receive()) {
    if (answer->type != FrameType::Supply) {
      early_.push_back(std::move(*answer));
      continue;
    }
    record_request(recorder(), *answer);
    if (answer->body.contains("error")) return std::nullopt;
    return answer;
  }
  return std::nullopt;  // gone: cancelled() will say so
}

bool Session::load_of_client(std::uint32_t id, std::uint32_t first, std::span<std::uint32_t> words, int core) {
  const std::optional<Frame> answer = ask("load", id, first, words.size(), core, {});
  if (!answer || answer->binary.size() != words.size_bytes()) return false;
  if (!words.empty()) std::memcpy(words.data(), answer->binary.data(), words.size_bytes());
  return true;
}

std::optional<Frame> Session::take_early() {
  if (early_.empty()) return std::nullopt;
  Frame frame = std::move(early_.front());
  early_.pop_front();
  return frame;
}

Session::Answer Session::progress(const std::vector<Kernels::Handle>& handles) {
  Answer answer{.binary = std::move(spare_)};
  const double clock_hz = machine().device().description().clock_hz;
  json& list = answer.body["handles"] = json::array();
  for (const Kernels::Handle handle : handles) {
    const Launch& launch = loaded().kernels->find(handle);
    json results = json::array();
    for (const KernelResult& result : launch.results) {
      json entry = {{"core", result.core}};
      if (const auto* value = std::get_if<Value>(&result.outcome)) {
        entry["value"] = encode_value(*value, answer.binary, *launch.program, *references_);
      } else {
        entry["error"] = encode_failure(std::get<Failure>(result.outcome), clock_hz);
      }
      results.push_back(std::move(entry));
    }
    list.push_back({{"handle", handle},
                    {"done", launch.done()},
                    {"scheduled", launch.scheduled},
                    {"running", launch.running},
                    {"results", std::move(results)}});
  }
  add_updates(answer);
  return answer;
}

void Session::add_updates(Answer& answer) {
  json& updates = answer.body["updates"] = json::array();
  for (const Update& update : references_->take_updates()) {
    json entry = {{"id", update.id}, {"first", update.first}, {"count", update.words.size()}, {"dtype", dtype_name(update.element_tag)}};
    lend(entry, answer.binary, update.words);
    updates.push_back(std::move(entry));
  }
  answer.body["seconds"] = machine().device().seconds();
}

namespace {

std::vector<Kernels::Handle> handles_of(Fields& fields) {
  std::vector<Kernels::Handle> handles;
  for (const std::int64_t handle : fields.integers("handles", 1, UINT32_MAX)) handles.push_back(static_cast<Kernels::Handle>(handle));
  return handles;
}

}  // namespace

Session::Answer Session::wait(Fields& fields) {
  Loaded& program = loaded();
  const std::vector<Kernels::Handle> handles = handles_of(fields);
  const std::optional<double> timeout = fields.seconds("timeout");
  const bool any = fields.boolean("any", false);
  const bool alone = fields.boolean("alone", !timeout.has_value());
  fields.done();
  program.kernels->wait(handles, any ? Kernels::Until::Any : Kernels::Until::All, timeout, alone);
  return progress(handles);
}

Session::Answer Session::test(Fields& fields) {
  Loaded& program = loaded();
  const std::vector<Kernels::Handle> handles = handles_of(fields);
  const double seconds = fields.seconds("seconds").value_or(kTestSeconds);
  fields.done();
  program.kernels->wait(handles, Kernels::Until::All, seconds, false);
  return progress(handles);
}

Session::Answer Session::data(Fields& fields, Frame& request) {
  machine();
  const json& buffers = fields.array("buffers");
  fields.done();
  put_buffers(buffers, request);
  return {{{"seconds", machine().device().seconds()}}, {}};
}

Session::Answer Session::fetch(Fields& fields) {
  machine();
  const std::vector<std::int64_t> ids = fields.integers("ids", 1, kMaxId);
  fields.done();
  Answer answer{.binary = std::move(spare_)};
  json& buffers = answer.body["buffers"] = json::array();
  host::ServiceCost cost;
  for (const std::int64_t id : ids) {
    const BufferSpec spec = references_->spec(static_cast<std::uint32_t>(id));
    if (spec.kind == Kind::Shared) cost.bytes_read += std::size_t{spec.count} * 4;
    json entry = {{"id", id}, {"dtype", dtype_name(spec.element_tag)}};
    references_->read(spec.id, attach(entry, answer.binary, spec.count));
    buffers.push_back(std::move(entry));
  }
  if (cost.bytes_read > 0) machine().device().charge(cost);
  answer.body["seconds"] = machine().device().seconds();
  return answer;
}

Session::Answer Session::forget(Fields& fields) {
  machine();
  forget_what(fields);
  return {};
}

// Of a launch or a message: the same as a forget before it.
void Session::let_go(Fields& fields) {
  if (const json* what = fields.find("forget")) {
    Fields named(*what, "forget");
    forget_what(named);
  }
}

void Session::forget_what(Fields& fields) {
  const std::vector<Kernels::Handle> handles = handles_of(fields);
  const std::vector<std::int64_t> ids = fields.integers("ids", 1, kMaxId);
  fields.done();
  for (const Kernels::Handle handle : handles) loaded().kernels->forget(handle);
  for (const std::int64_t id : ids) {
    if (references_->knows(static_cast<std::uint32_t>(id))) references_->remove(static_cast<std::uint32_t>(id));
  }
}

Session::Answer Session::host_time(Fields& fields) {
  machine();
  const std::optional<double> seconds = fields.seconds("seconds");
  if (!seconds) fields.fail("seconds", "is missing");
  fields.done();
  if (loaded_) loaded_->kernels->let_run(*seconds);
  Answer answer;
  add_updates(answer);
  return answer;
}

// The client sends or receives, on its own core.
Session::Answer Session::message(Fields& fields, Frame& request) {
  Loaded& program = loaded();
  let_go(fields);
  put_buffers(fields.array("buffers"), request);
  const std::string call = fields.text("call");
  const auto found = std::find_if(std::begin(kCalls), std::end(kCalls), [&](const Call& known) { return call == known.name; });
  if (found == std::end(kCalls)) fields.fail("call", "is not send, recv, sendrecv, probe, bcast, reduce, sync or numcores");
  if (found->collective && !program.member) {
    throw UsageError(call +
                     ": the host takes no part in the collective operations of these kernels; open the board with host_core: true "
                     "(in Python: epython.start(host_core=True))");
  }
  Launch launch;
  launch.kernel = call;
  launch.function = EPY_LAUNCH_NATIVE | found->native;
  for (const json& argument : fields.array("arguments")) {
    const std::string what = "argument " + std::to_string(launch.arguments.size() + 1) + " of " + call;
    launch.arguments.push_back(decode_argument(argument, what, program.program));
  }
  if (launch.arguments.size() != found->arguments) {
    fields.fail("arguments", "must be " + std::to_string(found->arguments) + ", not " + std::to_string(launch.arguments.size()));
  }
  if (found->core >= 0) {
    const auto* value = std::get_if<Value>(&launch.arguments[static_cast<std::size_t>(found->core)]);
    const auto* core = value == nullptr ? nullptr : std::get_if<std::int32_t>(value);
    const std::vector<int>& all = machine().cores();
    const bool known = core != nullptr && std::find(all.begin(), all.end(), *core) != all.end();
    if (!known || (*core == own_core() && !found->collective)) throw UsageError(call + ": the other side must be a core of this program");
  }
  fields.done();
  return {{{"handle", program.kernels->message(std::move(launch))}, {"cores", {own_core()}}}, {}};
}

Session::Answer Session::stats(Fields& fields) {
  fields.done();
  Answer answer;
  answer.body["statistics"] = machine().statistics();
  return answer;
}

std::optional<nlohmann::ordered_json> Session::statistics() const {
  if (!machine_) return std::nullopt;
  return machine_->statistics();
}

Session::Answer Session::close(Fields& fields) {
  fields.done();
  if (machine_) machine_->finish();
  over_ = true;
  return {};
}

}  // namespace epysim::hostlink
