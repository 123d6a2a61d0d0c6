# What looks at the whole tree rather than at one room: headers that stand alone, format, tidy, and the passes that build it all
# again with other tools. Each is a target for people and an entry of ctest for CI.

# maillon_check_headers(NAME LINKS target … FOLDERS folder …): compiles each header as the only line of a file. Inner headers
# take part, so the libraries that a room keeps to itself are among its LINKS.
function(maillon_check_headers name)
    cmake_parse_arguments(arg "" "" "LINKS;FOLDERS" ${ARGN})
    set(sources "")
    foreach(folder IN LISTS arg_FOLDERS)
        file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${folder}/*.h ${folder}/*.hpp)
        foreach(header IN LISTS headers)
            file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${header})
            set(source ${PROJECT_BINARY_DIR}/headers/${path}.cpp)
            file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n" @ONLY)
            list(APPEND sources ${source})
            if(path MATCHES "/abi\\.h$")  # promised to C as well
                file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/headers/${path}.c CONTENT "#include \"${header}\"\n" @ONLY)
                list(APPEND sources ${PROJECT_BINARY_DIR}/headers/${path}.c)
            endif()
        endforeach()
    endforeach()
    if(sources)
        add_library(headers_${name} OBJECT EXCLUDE_FROM_ALL ${sources})
        target_include_directories(headers_${name} PRIVATE ${PROJECT_SOURCE_DIR})
        target_link_libraries(headers_${name} PRIVATE maillon_options ${arg_LINKS})
        add_dependencies(check_headers headers_${name})
    endif()
endfunction()

add_custom_target(check_headers)
maillon_check_headers(sdk FOLDERS ${PROJECT_SOURCE_DIR}/sdk/include LINKS maillon_sdk)
foreach(room IN LISTS MAILLON_ROOMS)
    if(TARGET maillon_${room})
        get_target_property(linked maillon_${room} LINK_LIBRARIES)
        maillon_check_headers(${room} FOLDERS ${PROJECT_SOURCE_DIR}/core/${room} LINKS maillon_${room} ${linked})
    endif()
endforeach()

set(scripts ${PROJECT_SOURCE_DIR}/scripts)
add_custom_target(format COMMAND ${scripts}/format USES_TERMINAL)
add_custom_target(tidy COMMAND ${scripts}/tidy --build-dir ${PROJECT_BINARY_DIR} USES_TERMINAL)

if(MAILLON_TESTS)
    # These build: one at a time, since Ninja keeps no lock on its folder.
    add_test(NAME headers_stand_alone
        COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target check_headers)
    set_tests_properties(headers_stand_alone PROPERTIES LABELS structure TIMEOUT 1800 RUN_SERIAL ON)
    add_test(NAME format COMMAND ${scripts}/format --check)
    set_tests_properties(format PROPERTIES LABELS structure TIMEOUT 300)
endif()

if(MAILLON_PASSES)
    foreach(pass IN ITEMS tidy asan tsan fuzz)
        add_test(NAME pass_${pass} COMMAND ${scripts}/pass ${pass})
        # Alone, since a pass uses every core, and after the tests proper: ctest starts what costs most first.
        set_tests_properties(pass_${pass} PROPERTIES LABELS pass TIMEOUT 3600 RUN_SERIAL ON COST -1)
    endforeach()
endif()
