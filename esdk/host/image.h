/* A program for the cores: what goes where. Read from ELF or SREC. */
#ifndef ESDK_IMAGE_H
#define ESDK_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_NOWHERE UINT32_MAX

struct segment {
  uint32_t address;
  uint32_t bytes;        /* of the file */
  uint32_t memory_bytes; /* of memory; what is more than the file's is zero */
  const unsigned char* data;
};

struct image {
  const char* file;
  unsigned char* contents;
  size_t size;
  struct segment* segments;
  size_t count;
  /* Where a program wants to be told who it is; IMAGE_NOWHERE: it does not say. */
  uint32_t group_config, emem_config, loader_config;
};

/* False after a message. image_release after success. */
bool image_read(const char* file, struct image* image);
void image_release(struct image* image);

/* For the readers: whether the contents are theirs; reads them. */
bool elf_is(const struct image* image);
bool elf_read(struct image* image);
bool srec_is(const struct image* image);
bool srec_read(struct image* image);
bool image_add(struct image* image, struct segment segment);

#endif
