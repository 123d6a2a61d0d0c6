#pragma once

#include "core/cli/commands.h"

#include <string>

namespace maillon::cli {

struct ReviewsQuery {
    std::string directory, kind, state = "open";
    int limit = 50;
};
/// What is said about people; `by` empty: the user of this process.
struct PeopleWord {
    std::string directory, record, by, note;
};

int reviews_list_command(const Context& context, const ReviewsQuery& query);
int reviews_show_command(const Context& context, const std::string& review);
/// `word` is accept, reject or new.
int reviews_answer_command(const Context& context, const std::string& review, const std::string& word,
                           const PeopleWord& more);
int reviews_classes_command(const Context& context);
int reviews_resume_command(const Context& context, const std::string& evidence_class,
                           const std::string& directory);

int directory_status_command(const Context& context, const std::string& directory);
/// Waits until everything has been read again, unless `detach`.
int directory_refresh_command(const Context& context, const std::string& directory, bool detach);

/// `what` is a profile (network:id) or a record.
int links_show_command(const Context& context, const std::string& what, const std::string& directory);
/// `word` is link or unlink.
int links_pair_command(const Context& context, const std::string& word, const std::string& profile,
                       const PeopleWord& more);
/// `word` is merge or split.
int links_merge_command(const Context& context, const std::string& word, const std::string& record,
                        const std::string& other, const PeopleWord& more);
int links_explain_command(const Context& context, const std::string& profile, const std::string& record,
                          const std::string& directory);

}  // namespace maillon::cli
