/* A list in shared memory whose structures hold pointers, as the cores need them: a host of 32 bits shares their type with the device. */
#include "pointers.h"
#include "check.h"

#if UINTPTR_MAX == UINT32_MAX
_Static_assert(sizeof(struct node) == 12 && sizeof(struct list) == 16, "as the cores have it");
#else
#error "build it with -m32: for the cores a pointer has 32 bits"
#endif

int main(int argc, char* argv[]) {
  e_mem_t memory;
  CHECK_EQUAL(argc, 2);
  begin();
  CHECK_EQUAL(e_alloc(&memory, LIST_OFFSET, 4096), E_OK);
  struct list* const list = memory.base;
  struct node* const nodes = (struct node*)(list + 1);
  const uintptr_t to_device = (uintptr_t)(uint32_t)memory.ephy_base - (uintptr_t)memory.base;
  memset(list, 0, sizeof *list);
  for (int i = 0; i < 10; ++i) {
    nodes[i].value = i * i;
    nodes[i].name = "nobody's";
    nodes[i].next = i == 9 ? NULL : (struct node*)((uintptr_t)&nodes[i + 1] + to_device);
  }
  list->first = (struct node*)((uintptr_t)nodes + to_device);
  CHECK_EQUAL(e_load(device(argv, "pointers"), &all, 3, 3, E_TRUE), E_OK);
  await(3, 3, RESULT, DONE);
  CHECK_EQUAL(list->sum, 285);
  CHECK_EQUAL(list->count, 10);
  CHECK_EQUAL((uintptr_t)list->largest - to_device, (uintptr_t)&nodes[9]);
  CHECK_EQUAL(nodes[4].value, -16);
  return end();
}
