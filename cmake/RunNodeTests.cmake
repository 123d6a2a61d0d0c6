# Runs the tests of a folder of Node: copies it into the build tree, so that the source tree stays clean, installs what its lock
# file names and runs `node --test` there.
#
#   cmake -DNODE=… -DNPM=… -DSOURCE=folder -DWORK=folder "-DENVIRONMENT=NAME=value;…" -P RunNodeTests.cmake
file(MAKE_DIRECTORY ${WORK})
file(GLOB files ${SOURCE}/*.js ${SOURCE}/*.json)
file(COPY ${files} ${SOURCE}/.npmrc ${SOURCE}/lib DESTINATION ${WORK})
execute_process(COMMAND ${NPM} ci --prefer-offline WORKING_DIRECTORY ${WORK} RESULT_VARIABLE failed)
if(failed)
    message(FATAL_ERROR "npm ci failed in ${WORK}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E env ${ENVIRONMENT} ${NODE} --test WORKING_DIRECTORY ${WORK} RESULT_VARIABLE failed)
if(failed)
    message(FATAL_ERROR "tests of ${SOURCE} failed")
endif()
