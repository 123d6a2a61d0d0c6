# The few functions with which rooms, plug-ins and tests declare themselves.

# Warnings and language level of our own code. No global flags: each target asks for them.
add_library(maillon_options INTERFACE)
target_compile_features(maillon_options INTERFACE cxx_std_20 c_std_11)
target_compile_options(maillon_options INTERFACE
    -Wall -Wextra -Wpedantic -Werror
    $<$<COMPILE_LANGUAGE:CXX>:-Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual>
    # Clang counts signs to -Wconversion where GCC does not: both compilers are to want the same.
    $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety -Wno-sign-conversion>
    # GCC 12 reports false positives of these inside the standard library and Boost when it inlines.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds -Wno-restrict
                             -Wno-dangling-pointer -Wno-stringop-overread -Wno-free-nonheap-object>)
target_compile_definitions(maillon_options INTERFACE
    BOOST_DLL_USE_STD_FS BOOST_ERROR_CODE_HEADER_ONLY BOOST_ASIO_NO_DEPRECATED)

set(MAILLON_SANITIZE "" CACHE STRING "address | thread | (empty)")
if(MAILLON_SANITIZE STREQUAL "address")
    target_compile_options(maillon_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    target_link_options(maillon_options INTERFACE -fsanitize=address,undefined)
elseif(MAILLON_SANITIZE STREQUAL "thread")
    target_compile_options(maillon_options INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
    target_link_options(maillon_options INTERFACE -fsanitize=thread)
endif()
if(MAILLON_FUZZ)  # libFuzzer steers by the branches that our code takes
    target_compile_options(maillon_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# maillon_room(NAME [COLD] [BUSY] SOURCES a.cpp … COLD_SOURCES b.cpp … SEES room … LINKS target … PRIVATE_LINKS target …)
# One static library `maillon_NAME` per room. SEES names the rooms whose faces it may include; a room that stands later in
# MAILLON_ALL_ROOMS is refused here, and tests/rooms checks the includes themselves.
function(maillon_room name)
    cmake_parse_arguments(arg "COLD;BUSY" "" "SOURCES;COLD_SOURCES;SEES;LINKS;PRIVATE_LINKS" ${ARGN})
    list(FIND MAILLON_ALL_ROOMS ${name} mine)
    foreach(seen IN LISTS arg_SEES)
        list(FIND MAILLON_ALL_ROOMS ${seen} theirs)
        if(theirs LESS 0 OR NOT theirs LESS mine)
            message(FATAL_ERROR "core/${name} may not see core/${seen}: MAILLON_ALL_ROOMS lists it later")
        endif()
    endforeach()
    add_library(maillon_${name} STATIC ${arg_SOURCES} ${arg_COLD_SOURCES})
    # What no event passes through is made small rather than fast: the hub holds less of it while it idles.
    if(arg_COLD)
        target_compile_options(maillon_${name} PRIVATE $<$<CONFIG:Release>:-Os>)
    endif()
    # The sanitizers' builds leave out the optimiser, for they are built more often than they compute; this room computes.
    if(arg_BUSY)
        target_compile_options(maillon_${name} PRIVATE $<$<CONFIG:Instrumented>:-O1>)
    endif()
    set_source_files_properties(${arg_COLD_SOURCES} PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-Os>)
    set_target_properties(maillon_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_include_directories(maillon_${name} PUBLIC ${PROJECT_SOURCE_DIR})
    foreach(seen IN LISTS arg_SEES)
        target_link_libraries(maillon_${name} PUBLIC maillon_${seen})
    endforeach()
    target_link_libraries(maillon_${name} PUBLIC ${arg_LINKS} PRIVATE maillon_options ${arg_PRIVATE_LINKS})
endfunction()

# maillon_add_plugin(NAME SOURCES …  LINKS …): a loadable module maillon_NAME.so that sees the SDK and nothing else.
function(maillon_add_plugin name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
    add_library(plugin_${name} MODULE ${arg_SOURCES})
    set_target_properties(plugin_${name} PROPERTIES
        PREFIX "" OUTPUT_NAME ${name} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
        LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/plugins)
    target_link_libraries(plugin_${name} PRIVATE maillon_sdk ${arg_LINKS})
    if(TARGET maillon_options)
        target_link_libraries(plugin_${name} PRIVATE maillon_options)
    endif()
    # Exactly one symbol leaves a module.
    target_link_options(plugin_${name} PRIVATE -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/plugin.map
        $<$<NOT:$<BOOL:${MAILLON_SANITIZE}>>:-Wl,--no-undefined>)
endfunction()

# maillon_test(NAME SOURCES … LINKS … LABELS …): a GoogleTest program `test_NAME`, run by ctest as one entry.
function(maillon_test name)
    cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    add_executable(test_${name} ${arg_SOURCES})
    target_link_libraries(test_${name} PRIVATE ${arg_LINKS} maillon_options GTest::gtest GTest::gmock GTest::gtest_main)
    # Optimising what runs once costs more time than it saves.
    target_compile_options(test_${name} PRIVATE $<$<CONFIG:Release>:-O0>)
    target_compile_definitions(test_${name} PRIVATE
        MAILLON_SOURCE_DIR="${PROJECT_SOURCE_DIR}" MAILLON_BINARY_DIR="${PROJECT_BINARY_DIR}")
    add_test(NAME ${name} COMMAND test_${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()

# maillon_node_test(NAME LABELS … ENVIRONMENT NAME=value …): the tests of this folder of Node, run by ctest as one entry. npm ci
# fills its cache once and works from it after. Without node or npm there is no test, and a line that says so.
function(maillon_node_test name)
    cmake_parse_arguments(arg "" "" "LABELS;ENVIRONMENT" ${ARGN})
    find_program(NODE_PROGRAM node)
    find_program(NPM_PROGRAM npm)
    if(NOT NODE_PROGRAM OR NOT NPM_PROGRAM)
        message(STATUS "${name}: node or npm is missing, the test is not built")
        return()
    endif()
    add_test(NAME ${name}
        COMMAND ${CMAKE_COMMAND} -DNODE=${NODE_PROGRAM} -DNPM=${NPM_PROGRAM} -DSOURCE=${CMAKE_CURRENT_SOURCE_DIR}
                -DWORK=${CMAKE_CURRENT_BINARY_DIR}/run "-DENVIRONMENT=${arg_ENVIRONMENT}" -P ${PROJECT_SOURCE_DIR}/cmake/RunNodeTests.cmake)
    set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS "${arg_LABELS}")
endfunction()
