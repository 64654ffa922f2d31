#pragma once
// One client's conversation: takes the requests of docs/protocol.md in order and answers each.

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hostlink/kernels.h"
#include "hostlink/machine.h"
#include "hostlink/output.h"
#include "hostlink/protocol.h"
#include "hostlink/run.h"

namespace epysim::hostlink {

class Fields;

class Session final : private OutputSink {
 public:
  using Send = std::function<void(const Frame&)>;
  /// Asked while simulated time passes; true stops the simulation.
  using ClientGone = std::function<bool()>;
  /// The next frame of the client; nothing when it has gone. For a session without one, clients can have no data of their own.
  using Receive = std::function<std::optional<Frame>()>;

  /// May the client name files on this machine?
  enum class Files { Allowed, Hidden };

  Session(MachineRequest defaults, Files files, Send send, ClientGone gone, Receive receive = {});
  ~Session() override;

  /// Answers one request; its data stay where they are when they are one buffer's. False when the conversation is over.
  bool handle(Frame request);
  /// A request that came while another was being answered; nothing when there is none.
  std::optional<Frame> take_early();

  /// Whether a message of the server is preceded by its checksum.
  bool checksums() const { return checksums_; }
  /// What goes wrong on the way to the client; null when nothing does.
  FrameFaults* frame_faults();

  /// Of the board so far; nothing when none was opened.
  std::optional<nlohmann::ordered_json> statistics() const;

 private:
  struct Answer {
    nlohmann::json body = nlohmann::json::object();
    Block binary;
  };
  struct Loaded;

  void beat();
  void send(const Frame& frame);
  std::optional<Frame> receive();
  Recorder* recorder() { return machine_ ? machine_->recorder() : nullptr; }
  void line(int core, const std::string& text) override;
  void notice(int core, const std::string& text) override;

  Answer answer(Frame& request);
  Answer hello(Fields& fields);
  Answer open(Fields& fields);
  Answer program(Fields& fields);
  Answer launch(Fields& fields, Frame& request);
  void call(Fields& fields, Launch& launch);
  void access(Fields& fields, bool get, Launch& launch);
  Answer wait(Fields& fields);
  Answer test(Fields& fields);
  Answer data(Fields& fields, Frame& request);
  Answer fetch(Fields& fields);
  Answer forget(Fields& fields);
  void let_go(Fields& fields);
  void forget_what(Fields& fields);
  Answer host_time(Fields& fields);
  Answer message(Fields& fields, Frame& request);
  Answer stats(Fields& fields);
  Answer close(Fields& fields);

  void put_buffers(const nlohmann::json& buffers, Frame& request);
  std::optional<Frame> ask(nlohmann::json what, std::uint32_t id, std::uint32_t first, std::size_t count, int core,
                           std::span<const std::uint32_t> words);
  bool load_of_client(std::uint32_t id, std::uint32_t first, std::span<std::uint32_t> words, int core);
  Answer progress(const std::vector<Kernels::Handle>& handles);
  void add_updates(Answer& answer);
  std::vector<std::size_t> ranks_of(const nlohmann::json& target, const std::string& what) const;
  void send_error(const Frame& request, const std::string& kind, const std::string& message,
                  nlohmann::json more = nlohmann::json::object());
  Machine& machine();
  /// The cores that run programs; behind them is the client's own, which only sends and receives.
  std::vector<int> cores();
  int own_core();
  Loaded& loaded();

  MachineRequest request_;
  Files files_;
  Send to_client_;
  ClientGone gone_;
  Receive from_client_;
  Block spare_;                                 // of the last answer: memory that is fresh costs as much as the copy into it
  std::deque<Frame> early_;                     // requests that came while an answer was awaited
  std::chrono::steady_clock::time_point beat_;  // the last sign of life during this request
  bool greeted_ = false;
  bool counted_ = false;  // the client's own core is one among the others
  bool checksums_ = false;
  bool over_ = false;
  std::uint32_t current_ = 0;  // the request being answered, for events
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<References> references_;
  NoInput input_;
  std::vector<std::unique_ptr<const Program>> programs_;  // all so far: results name their functions
  std::unique_ptr<Loaded> loaded_;
};

}  // namespace epysim::hostlink
