#pragma once

/// The timer calls with nothing between them.
word timer_alone(void);
/// Sets `theirs`, waits for `mine`: cycles, timer calls included.
word ping(volatile word* mine, volatile word* theirs);
/// Waits for `mine`, sets `theirs`.
void pong(volatile word* mine, volatile word* theirs);
