#include "image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "message.h"

#define MOST_BYTES (256 << 20) /* of a file */

static bool contents_of(const char* file, struct image* image) {
  FILE* const stream = fopen(file, "rbe");
  struct stat status;
  if (stream == NULL || fstat(fileno(stream), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > MOST_BYTES) {
    message_error("e_load: %s: %s", file, stream == NULL ? strerror(errno) : "this is no file with a program");
    if (stream != NULL) fclose(stream);
    return false;
  }
  image->size = (size_t)status.st_size;
  image->contents = malloc(image->size + 1);
  const bool read = image->contents != NULL && fread(image->contents, 1, image->size, stream) == image->size;
  fclose(stream);
  if (!read) message_error("e_load: %s cannot be read", file);
  return read;
}

bool image_add(struct image* image, struct segment segment) {
  struct segment* const more = realloc(image->segments, (image->count + 1) * sizeof *more);
  if (more == NULL) {
    message_error("e_load: %s: out of memory", image->file);
    return false;
  }
  image->segments = more;
  more[image->count++] = segment;
  return true;
}

bool image_read(const char* file, struct image* image) {
  memset(image, 0, sizeof *image);
  image->file = file;
  image->group_config = image->emem_config = image->loader_config = IMAGE_NOWHERE;
  bool read = contents_of(file, image);
  if (read) {
    if (elf_is(image)) {
      read = elf_read(image);
    } else if (srec_is(image)) {
      read = srec_read(image);
    } else {
      message_error("e_load: %s: unidentified format; programs are ELF files for the Epiphany (machine 0x1223), or SREC", file);
      read = false;
    }
  }
  if (!read) image_release(image);
  return read;
}

void image_release(struct image* image) {
  free(image->segments);
  free(image->contents);
  memset(image, 0, sizeof *image);
}
