#include "language.h"

MAILLON_MODULE(maillon::language::Language)
