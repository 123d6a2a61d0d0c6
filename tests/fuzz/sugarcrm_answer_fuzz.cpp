#include "answer.h"
#include "cursor.h"
#include "moments.h"
#include "records.h"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace maillon;
using namespace maillon::sugarcrm;

/// Laws that hold whatever a server sends.
void hold(bool law) {
    if (!law) std::abort();
}

void judge_it(const Answer& answer) {
    const auto reads = judge(answer, Effect::none, "GET x");
    const auto once = judge(answer, Effect::once, "POST x");
    // Only what may have made a record is ever in doubt, and a success is one for all.
    hold(reads.code != Code::in_doubt);
    hold(reads.ok() == once.ok());
    hold(reads.ok() || !reads.detail.empty());
    hold(reads.detail.size() < 1000);
}

void look_through(const json::value& body) {
    auto record = shaped(body);
    hold(!record.contains("_acl"));
    if (!body.is_object()) return;
    hold(holds(record, record));
    json::error_code error;
    (void)json::parse(json::serialize(for_sugar(record, record)), error);
    hold(!error);
    (void)filter_of(body);
    (void)moment(text_of(record, "date_modified"));
    const auto records = records_in(body);
    if (!records) return;
    for (const auto& one : *records) (void)shaped(one);
    (void)next_offset_in(body);
}

}  // namespace

/// First byte: the status. The rest: a body, a bulk answer of up to four items, a cursor, a date.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto answer = read_answer({100u + data[0] * 2u, {{"Retry-After", text.substr(0, 20)}}, text});
    judge_it(answer);
    look_through(answer.body);
    for (std::size_t expected = 1; expected <= 4; ++expected) {
        const auto items = read_bulk(answer, expected);
        if (!items) continue;
        hold(items->size() == expected);
        for (const auto& item : *items) {
            judge_it(item);
            look_through(item.body);
        }
    }
    const auto cursor = Cursor::parse(text);
    hold(Cursor::parse(cursor.text()).text() == cursor.text());
    if (const auto at = moment(text)) hold(*moment(sugar_time(*at)) <= *at);
    return 0;
}
