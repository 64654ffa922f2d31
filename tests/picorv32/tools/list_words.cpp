#include "tests/isa/list_words.h"

#include "tests/picorv32/word_sets.h"

int main(int count, char** arguments) { return epysim::isa::list_words(epysim::picorv32::word_sets::kIsa, count, arguments); }
