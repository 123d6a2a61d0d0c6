#pragma once

#include "core/match/judge.h"
#include "core/trial/script.h"

#include <memory>
#include <string>

namespace maillon::trial {

/// Says of people what the test says; of those of whom it says nothing, what the directory's model does.
/// Exact keys, what people said before and the directory's `match:` count as they always do.
class ScriptedJudge final : public match::Judge {
public:
    /// `script` must outlive this; `model` may be null.
    ScriptedJudge(std::string directory, Script& script, std::unique_ptr<match::Judge> model);

    Result<match::Verdict> judge(db::Session& session, const match::Person& person) const override;
    void put(std::span<const store::DirectoryRecord> records) override;
    void remove(std::span<const std::string> ids) override;

private:
    std::string directory_;
    Script& script_;
    std::unique_ptr<match::Judge> model_;
};

}  // namespace maillon::trial
