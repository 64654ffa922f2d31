#include "tests/isa/list_words.h"

#include "tests/microblaze/word_sets.h"

int main(int count, char** arguments) { return epysim::isa::list_words(epysim::microblaze::word_sets::kIsa, count, arguments); }
