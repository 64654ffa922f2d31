// A core's own registers by the steps of the SDK's library of 2013 to 2016: functions out of line, of which all but two registers are
// reached by the core's global address. Their cost is part of what was published, so they are built as that library was.
#pragma once

enum { kConfig = 0xf0400, kStatus = 0xf0404, kTimer0 = 0xf0438, kTimer1 = 0xf043c };
enum { kDma0Config = 0xf0500, kDma0Status = 0xf051c, kDma1Config = 0xf0520, kDma1Status = 0xf053c };

/// What the SDK's loader writes into every core: where the group of cores begins, and where in it the core is.
struct Group {
  word first, row, column;
};
extern volatile struct Group group;

/// By whom, in the group, `local` is meant; an address that is global stays as it is.
void* global_address(word row, word column, const void* local);
word register_read(word which);
void register_write(word which, word value);
