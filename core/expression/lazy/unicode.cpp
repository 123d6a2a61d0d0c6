#include "core/expression/lazy/unicode.h"

namespace maillon::expression {

const Loaded<Unicode>& unicode() {
    static const Loaded<Unicode> kUnicode = load<Unicode>("maillon_unicode.so", "maillon_unicode");
    return kUnicode;
}

}  // namespace maillon::expression
