// The epysim command. SystemC's library has its own main(), which calls sc_main(); ours comes first and wins.

#include <cstdio>

int main() {
  std::printf("epysim %s\n", EPYSIM_VERSION);
  return 0;
}

int sc_main(int, char**);
int sc_main(int, char**) { return 0; }
