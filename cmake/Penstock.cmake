# What every target shares: the language, the warnings, the processor, the linker; and one function that makes a folder of
# src/ a library with the tests that stand beside its sources.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

option(PENSTOCK_BENCH "Build the benchmarks" OFF)
option(PENSTOCK_FUZZ "Build the fuzz targets (needs clang)" OFF)
set(PENSTOCK_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

add_library(penstock_options INTERFACE)
target_include_directories(penstock_options INTERFACE "${CMAKE_SOURCE_DIR}/src")
target_compile_options(penstock_options INTERFACE
  -march=x86-64-v2 -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -fno-omit-frame-pointer
  # A Value is written and read half by half; loads of both halves at once would wait for the stores (event/value.h).
  $<$<CXX_COMPILER_ID:GNU>:-fno-tree-slp-vectorize>)
if(PENSTOCK_SANITIZE)
  target_compile_options(penstock_options INTERFACE "-fsanitize=${PENSTOCK_SANITIZE}" -fno-sanitize-recover=all
    # With sanitizers g++ 12 sees uninitialised members in copies of any expected<> that are none.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(penstock_options INTERFACE "-fsanitize=${PENSTOCK_SANITIZE}")
endif()
if(PENSTOCK_FUZZ)
  # Without its marks in our libraries, libFuzzer would see no path but its target's.
  target_compile_options(penstock_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_link_options(penstock_options INTERFACE -fuse-ld=mold)
endif()

find_package(Threads REQUIRED)
find_package(GTest REQUIRED)

# ThreadSanitizer has nothing to find where one thread does all: its build leaves out the tests that say so.
set(PENSTOCK_ONE_THREAD_TESTS ON)
if(PENSTOCK_SANITIZE STREQUAL "thread")
  set(PENSTOCK_ONE_THREAD_TESTS OFF)
endif()

# penstock_library(NAME SOURCES a.cc ... TESTS a_test.cc ... ONE_THREAD_TESTS b_test.cc ... DEPS libs ... TEST_DEPS libs ...)
# The library penstock_NAME; the tests become one program, NAME_test, in which the test runner finds each test by name.
function(penstock_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;TESTS;ONE_THREAD_TESTS;DEPS;TEST_DEPS" ${ARGN})
  if(PENSTOCK_ONE_THREAD_TESTS)
    list(APPEND arg_TESTS ${arg_ONE_THREAD_TESTS})
  endif()
  add_library(penstock_${name} STATIC ${arg_SOURCES})
  target_link_libraries(penstock_${name} PUBLIC penstock_options PRIVATE ${arg_DEPS})
  if(arg_TESTS)
    penstock_test(${name}_test SOURCES ${arg_TESTS} DEPS penstock_${name} ${arg_DEPS} ${arg_TEST_DEPS})
  endif()
endfunction()

function(penstock_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE penstock_options ${arg_DEPS} GTest::gtest_main GTest::gmock Threads::Threads)
  target_compile_definitions(${name} PRIVATE PENSTOCK_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
