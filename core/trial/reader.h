#pragma once

#include "core/config/reading.h"
#include "core/trial/test_file.h"

namespace maillon::trial {

/// What the readers of the parts of a test file share.
struct FileReading {
    config::Reading& reading;
    std::map<std::string, config::ValueTree> bodies;  ///< by event: what a test's body is laid over
};

/// "x.message.received" → "x", "message.received"; reports and gives nothing without a dot.
std::optional<std::pair<std::string, std::string>> in_two(config::Reading& reading,
                                                          const config::Scalar& name,
                                                          std::string_view example);
/// `over` where it says something, else `under`; maps are put together.
config::ValueTree laid_over(const config::ValueTree& under, const config::ValueTree& over);
/// A class of failure; reports what is none.
std::optional<FaultKind> class_of(config::Reading& reading, const config::Scalar& name);
/// Those that calls can have.
std::vector<std::string> classes_of_failure();
/// An empty map where nothing was written.
config::ValueTree no_members();
/// The map behind a key; reports what is no map.
config::ValueTree map_of(config::Reading& reading, const config::Member* member);
std::optional<TimePoint> moment_of(config::Reading& reading, const config::Member* member);

std::vector<Given> read_given(FileReading& file, const config::Member* member);
std::vector<Answer> read_answers(FileReading& file, const config::Member* member);
Expected read_expected(FileReading& file, const config::Member* member);
/// `records: { customers: [ { id: c1, … } ] }`.
std::map<std::string, config::Member> read_records(FileReading& file, const config::Member* member);

}  // namespace maillon::trial
