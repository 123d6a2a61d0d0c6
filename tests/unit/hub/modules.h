#pragma once

#include "core/config/load.h"
#include "core/hub/prepare.h"
#include "tests/unit/db/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillon::hub {

/// The sample modules shop (a CRM), talk (a channel) and words (a processor), installed as a careful person
/// would.
class Modules {
public:
    Modules() {
        namespace fs = std::filesystem;
        for (const std::string name : {"shop", "talk", "words"}) {
            const auto to = folder_.path() / (name + ".so");
            fs::copy_file(fs::path(HUB_SAMPLES) / (name + ".so"), to);
            fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
        }
    }
    std::filesystem::path folder() const { return folder_.path(); }

    /// What comes of a configuration of this text.
    Preparation prepare(const std::string& text) const {
        return hub::prepare(config::load_texts({{"maillon.yaml", text}}, folder_.path(), {}), folder());
    }
    static std::string said(const Preparation& from) {
        return config::render(from.diagnostics, *from.sources);
    }

private:
    test::TemporaryFolder folder_;
};

}  // namespace maillon::hub
