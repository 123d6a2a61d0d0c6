#include "core/expression/lazy/phone_book.h"

namespace maillon::expression {

const Loaded<PhoneBook>& phone_book() {
    static const Loaded<PhoneBook> kBook = load<PhoneBook>("maillon_phone.so", "maillon_phone");
    return kBook;
}

}  // namespace maillon::expression
