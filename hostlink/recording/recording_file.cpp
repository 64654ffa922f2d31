#include "hostlink/recording/recording_file.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

static_assert(std::endian::native == std::endian::little, "entries are written as they are");

constexpr const char* kFirstWords = "epysim recording ";
constexpr std::size_t kMostHeader = 1 << 20;
constexpr std::size_t kMostData = 512u << 20;
constexpr std::size_t kPiece = 1 << 20;
constexpr const char* kRemedy = "; make the recording anew (docs/recording.md)";

/// What stands before the data of each entry.
struct Head {
  std::uint8_t event, detail;
  std::uint16_t core;  // 0xffff: none
  std::uint32_t address, value, data_bytes;
  double seconds, asked, answer;
};
static_assert(sizeof(Head) == 40 && std::is_trivially_copyable_v<Head>);
constexpr std::uint16_t kNoCore = 0xffff;

bool is_known(std::uint8_t event) {
  return event <= static_cast<unsigned>(Event::Refused) ||
         (event >= static_cast<unsigned>(Event::Program) && event <= static_cast<unsigned>(Event::Verdict)) ||
         (event >= static_cast<unsigned>(Event::Session) && event <= static_cast<unsigned>(Event::Gone));
}

}  // namespace

RecordingWriter::RecordingWriter(const std::filesystem::path& file, const nlohmann::json& header)
    : file_(file), out_(std::fopen(file.c_str(), "wb"), std::fclose) {
  if (!out_) fail();
  const std::string begin = kFirstWords + std::to_string(kRecordingVersion) + "\n" + header.dump() + "\n";
  if (std::fwrite(begin.data(), 1, begin.size(), out_.get()) != begin.size()) fail();
  pending_ = true;
  flush();
}

void RecordingWriter::add(const Entry& entry) {
  if (entry.data.size() > kMostData)
    throw UsageError("the recording " + file_.string() + " cannot take " + std::to_string(entry.data.size()) + " bytes in one piece");
  const Head head{static_cast<std::uint8_t>(entry.event),
                  entry.detail,
                  entry.core < 0 ? kNoCore : static_cast<std::uint16_t>(entry.core),
                  entry.address,
                  entry.value,
                  static_cast<std::uint32_t>(entry.data.size()),
                  entry.seconds,
                  entry.asked,
                  entry.answer};
  const bool written = std::fwrite(&head, sizeof head, 1, out_.get()) == 1 &&
                       (entry.data.empty() || std::fwrite(entry.data.data(), 1, entry.data.size(), out_.get()) == entry.data.size());
  if (!written) fail();
  pending_ = true;
}

void RecordingWriter::flush() {
  if (pending_ && std::fflush(out_.get()) != 0) fail();
  pending_ = false;
}

void RecordingWriter::fail() const { throw UsageError("cannot write the recording to " + file_.string() + ": " + std::strerror(errno)); }

struct RecordingReader::Stream {
  gzFile file = nullptr;
  ~Stream() {
    if (file != nullptr) gzclose(file);
  }
};

RecordingReader::RecordingReader(const std::filesystem::path& file) : name_(file.string()), in_(std::make_unique<Stream>()) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) throw UsageError(name_ + ": no such recording");
  if (!std::filesystem::is_regular_file(file, error)) throw UsageError(name_ + " is not a file");
  if (std::filesystem::file_size(file, error) == 0) throw UsageError(name_ + " is empty: nothing has been recorded there");
  in_->file = gzopen(file.c_str(), "rb");
  if (in_->file == nullptr) throw UsageError(name_ + " cannot be read: " + std::strerror(errno));
  const std::string first = line(64);
  if (!first.starts_with(kFirstWords)) throw UsageError(name_ + " is not a recording of epysim (epysim run --record FILE makes one)");
  const std::string version = first.substr(std::strlen(kFirstWords));
  if (version != std::to_string(kRecordingVersion)) {
    throw UsageError(name_ + ": recordings of version " + version + " are not understood here, only those of version " +
                     std::to_string(kRecordingVersion) + kRemedy);
  }
  header_ = nlohmann::json::parse(line(kMostHeader), nullptr, false);
  if (!header_.is_object()) fail("its second line, which says what was recorded, is damaged or cut short");
}

RecordingReader::~RecordingReader() = default;

void RecordingReader::fail(const std::string& why) const { throw UsageError(name_ + ": " + why + kRemedy); }

// Fewer than asked for at the end of the file, and where compressed data break off.
std::size_t RecordingReader::take(void* to, std::size_t bytes) {
  std::size_t taken = 0;
  while (taken < bytes) {
    const int more = gzread(in_->file, static_cast<char*>(to) + taken, static_cast<unsigned>(std::min(bytes - taken, kPiece)));
    if (more <= 0) break;
    taken += static_cast<std::size_t>(more);
  }
  int error = Z_OK;
  gzerror(in_->file, &error);
  if (error == Z_DATA_ERROR) fail("its compressed data are damaged");
  return taken;
}

std::string RecordingReader::line(std::size_t most) {
  std::string text;
  char next = 0;
  while (text.size() < most && take(&next, 1) == 1 && next != '\n') text += next;
  return text;
}

std::optional<Entry> RecordingReader::next() {
  if (over_) return std::nullopt;
  Head head{};
  if (take(&head, sizeof head) < sizeof head) {
    over_ = cut_ = true;
    return std::nullopt;
  }
  const bool possible = is_known(head.event) && head.data_bytes <= kMostData && head.seconds >= 0 &&
                        (head.event != static_cast<unsigned>(Event::Wait) || (head.detail & 7u) <= kMostWake);
  if (!possible) fail("entry " + std::to_string(count_ + 1) + " is none that was ever written; the file is damaged");
  Entry entry{static_cast<Event>(head.event),
              head.detail,
              head.core == kNoCore ? -1 : head.core,
              head.address,
              head.value,
              head.seconds,
              head.asked,
              head.answer};
  // Piece by piece: a damaged length must not take memory that the file cannot fill.
  while (entry.data.size() < head.data_bytes) {
    const std::size_t begin = entry.data.size(), bytes = std::min<std::size_t>(head.data_bytes - begin, kPiece);
    entry.data.resize(begin + bytes);
    if (take(entry.data.data() + begin, bytes) < bytes) {
      over_ = cut_ = true;
      return std::nullopt;
    }
  }
  ++count_;
  if (entry.event == Event::End) over_ = true;
  return entry;
}

}  // namespace epysim::hostlink
