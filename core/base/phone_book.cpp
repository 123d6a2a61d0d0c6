#include "core/base/phone_book.h"

namespace maillon {

const Loaded<PhoneBook>& phone_book() {
    static const Loaded<PhoneBook> kBook = load<PhoneBook>("maillon_phone.so", "maillon_phone");
    return kBook;
}

}  // namespace maillon
