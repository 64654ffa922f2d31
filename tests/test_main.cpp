// The one main() of every test program. SystemC's library wants an sc_main; the tests never enter it.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

int main(int argc, char** argv) { return Catch::Session().run(argc, argv); }

extern "C" int sc_main(int, char**);
extern "C" int sc_main(int, char**) { return 0; }
