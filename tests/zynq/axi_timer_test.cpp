#include "sim/zynq/axi_timer.h"

#include <catch2/catch.hpp>

using namespace epysim;
using zynq::AxiTimer;

namespace {
constexpr Address kControl = 0, kLoadValue = 4, kCount = 8, kSecond = 0x10;
}

TEST_CASE("a timer stands still until it is enabled, and when it is stopped", "[zynq]") {
  AxiTimer timer;
  CHECK(timer.read(kCount, 500) == 0);
  timer.write(kControl, AxiTimer::kEnable, 1000);
  CHECK(timer.read(kCount, 1000) == 0);
  CHECK(timer.read(kCount, 1007) == 7);
  timer.write(kControl, 0, 1010);
  CHECK(timer.read(kCount, 2000) == 10);
  timer.write(kControl, AxiTimer::kEnable, 3000);
  CHECK(timer.read(kCount, 3001) == 11);
}

TEST_CASE("a timer takes its load value", "[zynq]") {
  AxiTimer timer;
  timer.write(kLoadValue, 42, 0);
  CHECK(timer.read(kLoadValue, 1) == 42);
  CHECK(timer.read(kCount, 1) == 0);
  timer.write(kControl, AxiTimer::kLoad | AxiTimer::kEnable, 2);
  CHECK(timer.read(kCount, 9) == 42);  // as long as the bit is set
  timer.write(kControl, AxiTimer::kEnable, 10);
  CHECK(timer.read(kCount, 15) == 47);
  CHECK(timer.read(0xc, 15) == 0);
}

TEST_CASE("counting up, a timer stops past its end, or begins again", "[zynq]") {
  AxiTimer timer;
  timer.write(kLoadValue, 0xffff'fff0, 0);
  timer.write(kControl, AxiTimer::kLoad, 0);
  timer.write(kControl, AxiTimer::kEnable, 100);
  CHECK(timer.read(kControl, 115) == AxiTimer::kEnable);
  CHECK(timer.read(kCount, 115) == 0xffff'ffff);
  CHECK(timer.read(kControl, 116) == (AxiTimer::kEnable | AxiTimer::kExpired));
  CHECK(timer.read(kCount, 200) == 0);
  timer.write(kControl, AxiTimer::kEnable | AxiTimer::kExpired, 201);  // cleared
  CHECK(timer.read(kControl, 202) == AxiTimer::kEnable);
  CHECK(timer.read(kCount, 300) == 0);

  constexpr std::uint32_t kAgain = AxiTimer::kEnable | AxiTimer::kReload;
  timer.write(kControl, AxiTimer::kLoad, 400);
  timer.write(kControl, kAgain, 400);
  CHECK(timer.read(kCount, 416) == 0);
  CHECK(timer.read(kCount, 417) == 0xffff'fff0);
  CHECK(timer.read(kCount, 417 + 5 * 17 + 3) == 0xffff'fff3);
}

TEST_CASE("counting down, the period is the load value and 2 cycles", "[zynq]") {
  AxiTimer timer;
  constexpr std::uint32_t kAgain = AxiTimer::kEnable | AxiTimer::kReload | AxiTimer::kDown;
  timer.write(kSecond + kLoadValue, 98, 0);
  timer.write(kSecond + kControl, AxiTimer::kLoad, 0);
  timer.write(kSecond + kControl, kAgain, 0);
  CHECK(timer.read(kSecond + kCount, 98) == 0);
  CHECK(timer.read(kSecond + kControl, 98) == kAgain);
  CHECK(timer.read(kSecond + kControl, 99) == (kAgain | AxiTimer::kExpired));
  CHECK(timer.read(kSecond + kCount, 99) == 0xffff'ffff);
  CHECK(timer.read(kSecond + kCount, 100) == 98);
  CHECK(timer.read(kSecond + kCount, 1'000'000) == 98);
  CHECK(timer.read(kSecond + kCount, 1'000'001) == 97);
  CHECK(timer.read(kCount, 2'000'000) == 0);  // the other one never moved
}

TEST_CASE("both timers can be started at once", "[zynq]") {
  AxiTimer timer;
  timer.write(kControl, AxiTimer::kEnableAll, 50);
  CHECK(timer.read(kCount, 60) == 10);
  CHECK(timer.read(kSecond + kCount, 61) == 11);
}

TEST_CASE("a counter that has expired interrupts until that is cleared", "[zynq]") {
  AxiTimer timer;
  CHECK(timer.next_interrupt() == kNever);
  constexpr std::uint32_t kAgain = AxiTimer::kEnable | AxiTimer::kReload | AxiTimer::kDown | AxiTimer::kInterrupt;
  timer.write(kSecond + kLoadValue, 98, 0);
  timer.write(kSecond + kControl, AxiTimer::kLoad | AxiTimer::kInterrupt, 0);
  CHECK(timer.next_interrupt() == kNever);
  timer.write(kSecond + kControl, kAgain, 1000);
  CHECK(timer.next_interrupt() == 1099);
  CHECK_FALSE(timer.interrupt(1098));
  CHECK(timer.next_interrupt() == 1099);
  CHECK(timer.interrupt(1099));
  CHECK(timer.next_interrupt() == kNever);
  CHECK(timer.interrupt(1250));
  timer.write(kSecond + kControl, kAgain | AxiTimer::kExpired, 1299);  // it has just passed its end once more
  CHECK_FALSE(timer.interrupt(1299));
  CHECK(timer.next_interrupt() == 1399);
  timer.write(kSecond + kControl, kAgain & ~AxiTimer::kInterrupt, 1400);
  CHECK_FALSE(timer.interrupt(1400));

  timer.write(kLoadValue, 0xffff'fff0, 2000);
  timer.write(kControl, AxiTimer::kLoad, 2000);
  timer.write(kControl, AxiTimer::kEnable | AxiTimer::kInterrupt, 2000);  // upwards, once
  CHECK(timer.next_interrupt() == 2016);
  timer.write(kControl, AxiTimer::kEnable | AxiTimer::kInterrupt | AxiTimer::kExpired, 2020);
  CHECK(timer.next_interrupt() == kNever);
}
