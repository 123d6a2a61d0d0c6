# Copies the project into the build tree, so that the source tree stays clean, installs what the lock file names and runs the tests.
file(MAKE_DIRECTORY ${WORK})
file(GLOB files ${SOURCE}/*.js ${SOURCE}/*.json)
file(COPY ${files} ${SOURCE}/.npmrc ${SOURCE}/lib DESTINATION ${WORK})
execute_process(COMMAND ${NPM} ci --prefer-offline WORKING_DIRECTORY ${WORK} RESULT_VARIABLE failed)
if(failed)
    message(FATAL_ERROR "npm ci failed")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E env MAILLON_SANDBOX=${SANDBOX} MAILLON=${MAILLON} MAILLON_SOURCE=${SOURCE}/../..
    ${NODE} --test WORKING_DIRECTORY ${WORK} RESULT_VARIABLE failed)
if(failed)
    message(FATAL_ERROR "an independent client or library disagreed")
endif()
