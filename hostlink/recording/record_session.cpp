#include "hostlink/recording/record_session.h"

#include "hostlink/recording/recorder.h"

namespace epysim::hostlink {

void record_session(Recorder* recorder, bool member, std::uint32_t request) {
  if (recorder != nullptr) recorder->add({.event = Event::Session, .detail = member ? std::uint8_t{1} : std::uint8_t{0}, .value = request});
}

void record_request(Recorder* recorder, const Frame& frame) {
  if (recorder == nullptr) return;
  recorder->add({.event = Event::Request, .data = encode(frame)});
  recorder->flush();
}

void record_reply(Recorder* recorder, const Frame& frame) {
  if (recorder != nullptr && is_recorded(frame)) recorder->add({.event = Event::Reply, .data = encode(frame)});
}

void record_gone(Recorder* recorder, bool while_sending) {
  if (recorder != nullptr) recorder->add({.event = Event::Gone, .detail = while_sending ? std::uint8_t{1} : std::uint8_t{0}});
}

bool is_recorded(const Frame& reply) {
  return reply.type != FrameType::Heartbeat && reply.type != FrameType::Notice && reply.type != reply_to(FrameType::Open) &&
         reply.type != reply_to(FrameType::Stats) && reply.type != reply_to(FrameType::Close);
}

}  // namespace epysim::hostlink
