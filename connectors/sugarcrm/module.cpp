#include "sugarcrm.h"

MAILLON_MODULE(maillon::sugarcrm::Sugarcrm)
