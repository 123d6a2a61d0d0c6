#pragma once

#include "core/config/load.h"
#include "core/route/compile.h"

namespace maillon::route {

/// What the connectors of the tests can do: a channel and a CRM.
plugin::ConnectorInfo channel_info();
plugin::ConnectorInfo crm_info();
plugin::ConnectorInfo processor_info();

/// The instances of the tests: channels x and fb, the CRM crm, the processor language.
Abilities abilities();

/// Instances, directory and conversation of the tests; routes (and blocks) come after it.
extern const char* const kPreamble;
/// Messages become contacts, cases, notes and one answer.
extern const char* const kStory;

/// Compiles what must compile; a failure is told and gives null.
std::shared_ptr<const Plan> plan_of(const std::string& text);

}  // namespace maillon::route
