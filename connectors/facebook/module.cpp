#include "facebook.h"

MAILLON_MODULE(maillon::facebook::Facebook)
