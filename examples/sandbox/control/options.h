#pragma once

#include "graph/graph_service.h"
#include "story/contacts.h"
#include "sugar/tokens.h"
#include "x/x_service.h"

#include <cstdint>
#include <string>

namespace sandbox {

/// What the command line says.
struct Options {
    std::string mentions_file{};
    std::size_t limit = 0;
    std::size_t comments = 200;
    double rate = 0;
    std::uint64_t seed = 1;
    ContactWish crm{};
    std::string bind = "127.0.0.1";
    std::uint16_t x_port = 0, graph_port = 0, sugar_port = 0, control_port = 0;
    XAccount x{};
    PageAccount page{};
    Tokens::Login sugar{};
    bool start = false;
};

}  // namespace sandbox
