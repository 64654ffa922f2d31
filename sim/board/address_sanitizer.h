#pragma once
// SystemC tells the address sanitizer about each switch between its coroutines' stacks, but not where the main thread's stack lies. After
// the first switch back, the sanitizer can no longer clean up behind an exception and reports errors that are none. This tells it again. In
// other builds it does nothing.

#if defined(__SANITIZE_ADDRESS__)
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>

#include <cstddef>
#endif

namespace epysim::board {

/// Call it on the main thread after sc_start() has returned.
inline void restore_sanitizer_stack() {
#if defined(__SANITIZE_ADDRESS__)
  pthread_attr_t attributes;
  void* bottom = nullptr;
  std::size_t bytes = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  pthread_attr_getstack(&attributes, &bottom, &bytes);
  pthread_attr_destroy(&attributes);
  // A switch from this stack to itself, of which only the bounds remain.
  void* state = nullptr;
  __sanitizer_start_switch_fiber(&state, bottom, bytes);
  __sanitizer_finish_switch_fiber(state, nullptr, nullptr);
#endif
}

}  // namespace epysim::board
