#include "sim/zynq/interrupt_controller.h"

#include <catch2/catch.hpp>

using namespace epysim;
using zynq::InterruptController;
using Controller = InterruptController;

TEST_CASE("an input that was active is pending until it is acknowledged", "[zynq]") {
  Controller controller(3);
  controller.write(Controller::kEnabled, 6);
  controller.sense(7);
  CHECK(controller.read(Controller::kStatus) == 0);  // its inputs are not switched on
  controller.write(Controller::kMaster, Controller::kInputs | Controller::kOutput);
  controller.sense(0xf5);
  controller.sense(0);
  CHECK(controller.read(Controller::kStatus) == 5);
  CHECK(controller.read(Controller::kPending) == 4);
  CHECK(controller.read(Controller::kVector) == 2);
  CHECK(controller.output());
  controller.write(Controller::kAcknowledge, 4);
  CHECK_FALSE(controller.output());
  CHECK(controller.read(Controller::kStatus) == 1);
  CHECK(controller.read(Controller::kVector) == 0xffff'ffff);
  controller.sense(4);  // as long as it is active, it comes again
  CHECK(controller.output());
}

TEST_CASE("inputs are enabled one by one, the output as a whole", "[zynq]") {
  Controller controller(3);
  controller.write(Controller::kMaster, Controller::kInputs);
  controller.sense(3);
  controller.write(Controller::kEnable, 0xff);
  CHECK(controller.read(Controller::kEnabled) == 7);
  CHECK(controller.read(Controller::kVector) == 0);  // the lowest comes first
  CHECK_FALSE(controller.output());
  controller.write(Controller::kMaster, Controller::kOutput);
  CHECK(controller.read(Controller::kMaster) == (Controller::kInputs | Controller::kOutput));  // inputs stay on
  CHECK(controller.output());
  controller.write(Controller::kDisable, 1);
  CHECK(controller.read(Controller::kVector) == 1);
  controller.write(Controller::kDisable, 2);
  CHECK_FALSE(controller.output());
  CHECK(controller.read(0x20) == 0);
}

TEST_CASE("a program can pretend an interrupt until the inputs are switched on", "[zynq]") {
  Controller controller(3);
  controller.write(Controller::kEnable, 2);
  controller.write(Controller::kMaster, Controller::kOutput);
  controller.write(Controller::kStatus, 2);
  CHECK(controller.output());
  controller.write(Controller::kStatus, 0);
  CHECK_FALSE(controller.output());
  controller.write(Controller::kMaster, Controller::kOutput | Controller::kInputs);
  controller.write(Controller::kStatus, 2);
  CHECK_FALSE(controller.output());
}
