#include "core/base/unicode.h"

namespace maillon {

const Loaded<Unicode>& unicode() {
    static const Loaded<Unicode> kUnicode = load<Unicode>("maillon_unicode.so", "maillon_unicode");
    return kUnicode;
}

}  // namespace maillon
