#pragma once
// What a plug-in author includes. One connector is one class; the roles it plays follow from its member
// functions:
//
//   static constexpr maillon::Info info{…};        identity
//   static maillon::Schema schema();               its configuration
//   static maillon::EventTypes events();           optional: what it emits
//   static maillon::Operations operations();       optional: what it can be asked to do
//   T(maillon::Host, const maillon::json::object& config);
//
//   void connect(Deadline);                                        optional
//   void check(Deadline);                                          optional
//   PollHint poll(const PollRequest&, Emitter&);                   a source that asks
//   void receive(const HttpRequest&, Emitter&, HttpAnswer&);       a source that is called
//   Outcome deliver(const Call&);   or   void deliver(const Batch&, Reporter&);     a sink
//   void reconcile(const Batch&, Reporter&);                       answers what became of calls in doubt
//   bool read_directory(const DirectoryRequest&, Emitter&);        a CRM's records; true = nothing left for
//   now json::value process(const Call&);                              a processor void cancel(); optional
//
// Any function may throw maillon::Failure; every other exception becomes INTERNAL. Nothing crosses the
// boundary.
#include "maillon/sdk/host.hpp"
#include "maillon/sdk/schema.hpp"
#include "maillon/sdk/thunks.hpp"
#include "maillon/sdk/values.hpp"

// Emits the one exported symbol of the module: MAILLON_MODULE(MyConnector, MyOther).
#define MAILLON_MODULE(...)                                                      \
    extern "C" MAILLON_EXPORT const maillon_module* maillon_module_entry(void) { \
        return ::maillon::detail::module_of<__VA_ARGS__>();                      \
    }
