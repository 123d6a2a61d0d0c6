#pragma once

#include "core/cli/letter_commands.h"

#include <functional>

namespace CLI {
class App;
}

namespace maillon::cli {

/// The commands `dead-letters`, `replay` and `replays` with their options. Both arguments and this must
/// outlive the parsing.
class LetterOptions {
public:
    LetterOptions(CLI::App& app, const Context& context, std::function<int()>& chosen)
        : app_(app), context_(context), chosen_(chosen) {}

    void add();

private:
    void letters();
    void changes(CLI::App* group);
    void replay();
    void replays();
    void filters(CLI::App* command);
    void saying(CLI::App* command);

    CLI::App& app_;
    const Context& context_;
    std::function<int()>& chosen_;
    LettersQuery query_;
    ReplayWish wish_;
    Saying saying_;
    std::vector<std::string> names_;
    std::string name_, file_, reason_;
    bool is_call_ = false, detach_ = false;
    int limit_ = 20;
};

}  // namespace maillon::cli
