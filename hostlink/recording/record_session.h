#pragma once
// The frames of a client, recorded, for a session that has a recorder; nothing happens in others. What depends on wall time or is no part
// of the conversation about the board (signs of life, notices, statistics) is left out.

#include <cstdint>

#include "hostlink/protocol.h"

namespace epysim::hostlink {

class Recorder;

/// The board is open. `member`: the client's own core is counted; `request` is the number of the frame that opened it.
void record_session(Recorder* recorder, bool member, std::uint32_t request);
void record_request(Recorder* recorder, const Frame& frame);
void record_reply(Recorder* recorder, const Frame& frame);
/// `while_sending`: what it was sent last has not reached it, and the host did not go on behind that.
void record_gone(Recorder* recorder, bool while_sending = false);

/// Whether a frame to the client is one that is recorded.
bool is_recorded(const Frame& reply);

}  // namespace epysim::hostlink
