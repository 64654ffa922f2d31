// Requests and elements by variable.
#include "hostlink/profile/variables.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace epysim::hostlink;

namespace {

Work::Variable argument(const std::string& name, const std::string& kind, std::uint32_t elements) { return {name, 1, kind, elements, {}}; }

epy_transfer asked(std::uint32_t operation, std::uint32_t count) {
  epy_transfer transfer{};
  transfer.state = operation | 4 * 17;  // the seventeenth of this core
  transfer.count = count;
  return transfer;
}

}  // namespace

TEST_CASE("a kernel's argument is one variable for each kind of data that it has been given") {
  Variables variables;
  const std::size_t first = variables.number("sum", argument("a", "host", 10));
  CHECK(variables.number("sum", argument("a", "host", 20)) == first);
  CHECK(variables.number("sum", argument("a", "shared", 10)) == first + 1);
  CHECK(variables.number("product", argument("a", "host", 10)) == first + 2);
  CHECK(variables.names() == std::vector<std::string>{"a", "a", "a"});
  CHECK(variables.list().at(first).at("elements") == 20);  // the longest
}

TEST_CASE("how elements were moved is told by the cells and the operation") {
  Variables variables;
  const std::size_t a = variables.number("sum", argument("a", "host", 1000));
  variables.transfer(a, EPY_FIRST_CHUNK_CELL - 1, asked(EPY_TRANSFER_READ, 1), true);
  variables.transfer(a, EPY_FIRST_CHUNK_CELL - 1, asked(EPY_TRANSFER_READ, 256), true);
  variables.transfer(a, EPY_FIRST_CHUNK_CELL - 1, asked(EPY_TRANSFER_WRITE, 1), true);
  variables.transfer(a, EPY_FIRST_CHUNK_CELL, asked(EPY_TRANSFER_READ, 40), true);
  variables.transfer(a, EPY_FIRST_CHUNK_CELL + 1, asked(EPY_TRANSFER_READ, 20), true);
  variables.transfer(a, EPY_FIRST_CHUNK_CELL, asked(EPY_TRANSFER_WRITE, 3), true);
  variables.transfer(a, EPY_FIRST_CHUNK_CELL, asked(EPY_TRANSFER_READ, 40), false);
  variables.waited(a, 100);
  variables.waited(a, 23);
  variables.accessed(a, 8, false);
  variables.accessed(a, 4, true);
  CHECK(variables.list() == nlohmann::ordered_json::parse(R"([{
    "kernel": "sum", "name": "a", "kind": "host", "elements": 1000,
    "on_demand": {"requests": 1, "elements": 1, "bytes": 4},
    "copy": {"requests": 1, "elements": 256, "bytes": 1024},
    "prefetch": {"requests": 3, "elements": 60, "bytes": 240},
    "store": {"requests": 1, "elements": 1, "bytes": 4},
    "write_back": {"requests": 1, "elements": 3, "bytes": 12},
    "refused": 1,
    "waited_cycles": 123,
    "direct": {"loads": 1, "bytes_loaded": 8, "stores": 1, "bytes_stored": 4}
  }])"));
}

TEST_CASE("what there was none of is left out") {
  Variables variables;
  variables.number("sum", argument("a", "host", 10));
  CHECK(variables.list() == nlohmann::ordered_json::parse(R"([{"kernel": "sum", "name": "a", "kind": "host", "elements": 10}])"));
}
