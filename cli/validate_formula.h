#pragma once
// How a row of the validation table gets its simulated value out of what a program printed.
//
// A program prints lines "CORE NAME VALUE". A formula combines them:
//   up.256 - up.128                     values of the only core that printed the name
//   up.256[3,7,11,15]  up.256[0-3]      of these cores, in this order; [*] of all that printed it
//   mean(...) min max sum count         of all values of all arguments
//   ascending(a, b, c)                  1 when each is larger than the one before, else 0
//   + - * / ( ) numbers                 value by value; a single one goes with all
// The result must be a single value.

#include <map>
#include <string>

namespace epysim::cli {

/// What one run printed: name -> core -> value. A name that a core printed twice has the last value.
using Readings = std::map<std::string, std::map<int, double>>;

/// Lines of another form are not readings and are left out.
Readings parse_readings(const std::string& output);

/// Throws UsageError with the reason when the formula is wrong or a name is missing in the readings.
double evaluate(const std::string& formula, const Readings& readings);

}  // namespace epysim::cli
