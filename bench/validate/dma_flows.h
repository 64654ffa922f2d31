#pragma once

/// The timer calls with nothing between them.
word timer_alone(void);
/// Timer calls around a DMA copy and a wait for `answer`.
word send_and_wait(void* to, const void* from, int bytes, volatile word* answer);
void wait_and_answer(volatile word* last, volatile word* answer);
