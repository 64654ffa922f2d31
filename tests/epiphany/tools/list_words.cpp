#include "tests/isa/list_words.h"

#include "tests/epiphany/word_sets.h"

int main(int count, char** arguments) { return epysim::isa::list_words(epysim::epiphany::word_sets::kIsa, count, arguments); }
