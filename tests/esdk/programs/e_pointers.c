/* Adds up the host's list, negates its values, and says which is the largest. */
#include "device.h"
#include "pointers.h"

int main(void) {
  struct list* const list = (struct list*)(0x8e000000 + LIST_OFFSET);
  int sum = 0, count = 0;
  for (struct node* node = list->first; node != 0; node = node->next) {
    if (list->largest == 0 || node->value > -list->largest->value) list->largest = node;
    sum += node->value;
    node->value = -node->value;
    ++count;
  }
  list->sum = sum;
  list->count = count;
  while (*(volatile int*)&list->count != count) continue; /* it has arrived */
  return done();
}
