#define LIST_OFFSET 0x00800000

struct node {
  int value;
  const char* name;
  struct node* next;
};

struct list {
  struct node* first;
  struct node* largest; /* the device finds it */
  int sum;
  int count;
};
