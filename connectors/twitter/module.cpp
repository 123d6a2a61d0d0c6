#include "twitter.h"

MAILLON_MODULE(maillon::twitter::Twitter)
