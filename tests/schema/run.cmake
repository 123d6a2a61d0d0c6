# Copies the project into the build tree, so that the source tree stays clean, installs what the lock file names and runs the tests.
file(MAKE_DIRECTORY ${WORK})
file(GLOB files ${SOURCE}/*.js ${SOURCE}/*.json)
file(COPY ${files} ${SOURCE}/.npmrc ${SOURCE}/lib DESTINATION ${WORK})
execute_process(COMMAND ${NPM} ci --prefer-offline WORKING_DIRECTORY ${WORK} RESULT_VARIABLE failed)
if(failed)
    message(FATAL_ERROR "npm ci failed")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E env MAILLON_SOURCE=${ROOT} MAILLON_PROGRAM=${MAILLON} ${NODE} --test
                WORKING_DIRECTORY ${WORK} RESULT_VARIABLE failed)
if(failed)
    message(FATAL_ERROR "the schema and the program do not agree")
endif()
