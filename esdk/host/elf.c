/* ELF files of the Epiphany: executables of 32 bits, machine 0x1223. */
#include <elf.h>
#include <string.h>

#include "image.h"
#include "message.h"

#define EPIPHANY 0x1223
#define GROUP_CONFIG 0x28u /* where linker scripts of 2015 and before put the sections that have other names there */
#define EMEM_CONFIG 0x50u

static bool part(const struct image* image, size_t offset, void* to, size_t bytes) {
  if (offset > image->size || bytes > image->size - offset) return false;
  memcpy(to, image->contents + offset, bytes);
  return true;
}

bool elf_is(const struct image* image) {
  Elf32_Ehdr header;
  return part(image, 0, &header, sizeof header) && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_ident[EI_CLASS] == ELFCLASS32 &&
         header.e_ident[EI_DATA] == ELFDATA2LSB && header.e_type == ET_EXEC && header.e_version == EV_CURRENT &&
         header.e_machine == EPIPHANY;
}

static bool segments(struct image* image, const Elf32_Ehdr* header) {
  for (unsigned i = 0; i < header->e_phnum; ++i) {
    Elf32_Phdr program;
    if (header->e_phentsize < sizeof program || !part(image, header->e_phoff + (size_t)i * header->e_phentsize, &program, sizeof program)) {
      message_error("e_load: %s: program header %u lies outside the file", image->file, i);
      return false;
    }
    if (program.p_type != PT_LOAD || program.p_memsz == 0) continue;
    if (program.p_filesz > program.p_memsz || program.p_offset > image->size || program.p_filesz > image->size - program.p_offset) {
      message_error("e_load: %s: segment %u (0x%08x) lies outside the file", image->file, i, program.p_vaddr);
      return false;
    }
    if (!image_add(image, (struct segment){program.p_vaddr, program.p_filesz, program.p_memsz, image->contents + program.p_offset}))
      return false;
  }
  return true;
}

/* The address of a section by its name, which has to end in the file. */
static uint32_t section(const struct image* image, const Elf32_Ehdr* header, const char* name) {
  Elf32_Shdr names, each;
  if (header->e_shentsize < sizeof each ||
      !part(image, header->e_shoff + (size_t)header->e_shstrndx * header->e_shentsize, &names, sizeof names))
    return IMAGE_NOWHERE;
  for (unsigned i = 0; i < header->e_shnum; ++i) {
    if (!part(image, header->e_shoff + (size_t)i * header->e_shentsize, &each, sizeof each)) return IMAGE_NOWHERE;
    const size_t at = (size_t)names.sh_offset + each.sh_name, length = strlen(name) + 1;
    if (at <= image->size && length <= image->size - at && memcmp(image->contents + at, name, length) == 0) return each.sh_addr;
  }
  return IMAGE_NOWHERE;
}

static uint32_t config(const struct image* image, const Elf32_Ehdr* header, const char* name, const char* old_name, uint32_t old_address) {
  const uint32_t found = section(image, header, name);
  if (found != IMAGE_NOWHERE) return found;
  if (old_name != NULL && section(image, header, old_name) != IMAGE_NOWHERE) {
    message_warning("%s: section %s has its old name %s: taken to be at 0x%x", image->file, name, old_name, old_address);
    return old_address;
  }
  message_warning("%s: there is no section %s", image->file, name);
  return IMAGE_NOWHERE;
}

bool elf_read(struct image* image) {
  Elf32_Ehdr header;
  if (!part(image, 0, &header, sizeof header) || !segments(image, &header)) return false;
  image->group_config = config(image, &header, "workgroup_cfg", "workgroup_config", GROUP_CONFIG);
  image->emem_config = config(image, &header, "ext_mem_cfg", "external_mem_config", EMEM_CONFIG);
  image->loader_config = config(image, &header, "loader_cfg", NULL, 0);
  return true;
}
