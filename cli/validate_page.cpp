#include "cli/validate_page.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::cli {

void write_validation_page(const std::filesystem::path& file, const nlohmann::ordered_json& document) {
  const std::filesystem::path frame = core::home() / "bench/validate/page.html";
  std::ifstream in(frame);
  if (!in) throw UsageError("cannot read " + frame.string());
  std::ostringstream text;
  text << in.rdbuf();
  std::string page = text.str();
  std::string data = document.dump();
  for (std::size_t at = data.find("</"); at != std::string::npos; at = data.find("</", at)) data.replace(at, 2, "<\\/");  // ends no script
  const std::string mark = "/*RESULTS*/null";
  const std::size_t at = page.find(mark);
  if (at == std::string::npos) throw UsageError(frame.string() + " has no place for the results");
  page.replace(at, mark.size(), data);
  std::ofstream out(file, std::ios::trunc);
  out << page;
  out.close();
  if (!out) throw UsageError("cannot write the page to " + file.string() + ": " + std::strerror(errno));
}

}  // namespace epysim::cli
