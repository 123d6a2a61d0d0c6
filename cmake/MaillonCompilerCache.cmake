# Compiles through ccache where there is one; a launcher given on the command line wins. Paths below the tree count as relative, so that
# a clone in another folder finds what this one has compiled.
find_program(MAILLON_CCACHE ccache)
mark_as_advanced(MAILLON_CCACHE)
if(MAILLON_CCACHE)
    foreach(language IN ITEMS C CXX)
        if(NOT CMAKE_${language}_COMPILER_LAUNCHER)
            set(CMAKE_${language}_COMPILER_LAUNCHER
                ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${MAILLON_CCACHE})
        endif()
    endforeach()
endif()
