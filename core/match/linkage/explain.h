#pragma once

#include "core/match/linkage/link_task.h"
#include "core/match/verdict.h"

namespace maillon::match {

/// Why a record of the right was linked with one of the left, or not: the verdict about it with its best
/// candidates, field by field. With `asked`, that record is among the candidates even when no key found it.
/// In one table: with which others it is one, by the groups that link_records forms.
Result<Verdict> explain(const LinkTask& task, Records::Row right, std::optional<Records::Row> asked,
                        const Watch& watch);

/// The waterfall of a candidate as a table for a terminal, ending in a newline.
std::string waterfall_text(const Verdict& verdict, const Candidate& candidate);

/// "linked", "for a person to decide", "not linked".
std::string_view words_of(Verdict::Kind kind);

}  // namespace maillon::match
