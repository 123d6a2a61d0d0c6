#include "core/base/latin.h"

namespace maillon {

const Loaded<Latin>& latin() {
    static const Loaded<Latin> kLatin = load<Latin>("maillon_latin.so", "maillon_latin");
    return kLatin;
}

}  // namespace maillon
