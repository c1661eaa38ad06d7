# What every target of the build has in common: warnings, sanitizers, ccache, and the functions that declare modules,
# tests and generated FlatBuffers headers.

if(PROJECT_IS_TOP_LEVEL)
  find_program(ROOKERY_CCACHE ccache)
  if(ROOKERY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${ROOKERY_CCACHE})
  endif()
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo)
  endif()
endif()

find_package(Threads REQUIRED)
find_package(RocksDB 7.8 CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash>=0.8)
find_package(OpenSSL 3.0 COMPONENTS Crypto)
if(NOT OpenSSL_FOUND)
  message(FATAL_ERROR "OpenSSL 3.0 or newer was not found, with which stores are encrypted. On Debian: apt-get install libssl-dev, or run tools/setup.")
endif()
find_program(ROOKERY_FLATC flatc REQUIRED)
find_path(ROOKERY_FLATBUFFERS_INCLUDE flatbuffers/flatbuffers.h REQUIRED)

# GCC 12 sees uninitialised values in empty std::optionals (GCC bug 80635) and overlaps in string concatenation (105651)
# where there are none.
add_library(rookery_build_flags INTERFACE)
target_compile_features(rookery_build_flags INTERFACE cxx_std_20)
target_compile_options(rookery_build_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety> "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-restrict>"
  $<$<BOOL:${ROOKERY_WERROR}>:-Werror>)
if(ROOKERY_SANITIZE)
  # FlatBuffers reads scalars where they lie: a stored value is not aligned.
  target_compile_options(rookery_build_flags INTERFACE
    -fsanitize=${ROOKERY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -fno-sanitize=alignment)
  target_link_options(rookery_build_flags INTERFACE -fsanitize=${ROOKERY_SANITIZE})
endif()

if(ROOKERY_BUILD_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "ROOKERY_BUILD_FUZZ needs clang for libFuzzer: configure with `cmake --preset fuzz`.")
  endif()
  target_compile_options(rookery_build_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Everything that is generated, for tools that read sources and do not build.
add_custom_target(rookery_generated)

# rookery_module(name SOURCES ... [DEPENDS module ...] [LINK library ...] [SCHEMAS file.fbs ...])
# One folder of lib/ as one target, rookery_<name>. DEPENDS names other modules, below it in the layers.
function(rookery_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;LINK;SCHEMAS")
  set(target rookery_${name})
  add_library(${target} OBJECT ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE rookery_build_flags)
  target_include_directories(${target} PUBLIC
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/lib ${PROJECT_BINARY_DIR}/generated)
  set_target_properties(${target} PROPERTIES
    POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_link_libraries(${target} PRIVATE ${arg_LINK})
  foreach(schema IN LISTS arg_SCHEMAS)
    rookery_flatbuffers(${target} ${schema})
  endforeach()
  foreach(module IN LISTS arg_DEPENDS)
    target_link_libraries(${target} PUBLIC rookery_${module})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY ROOKERY_MODULES ${target})
endfunction()

# Generates <folder>/<name>_generated.h from a FlatBuffers schema into the build tree.
function(rookery_flatbuffers target schema)
  get_filename_component(stem ${schema} NAME_WE)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/lib ${CMAKE_CURRENT_SOURCE_DIR})
  set(directory ${PROJECT_BINARY_DIR}/generated/${folder})
  set(header ${directory}/${stem}_generated.h)
  add_custom_command(OUTPUT ${header}
    COMMAND ${ROOKERY_FLATC} --cpp --cpp-std c++17 --scoped-enums -o ${directory} ${CMAKE_CURRENT_SOURCE_DIR}/${schema}
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${schema} COMMENT "flatc ${folder}/${schema}" VERBATIM)
  target_sources(${target} PRIVATE ${header})
  add_custom_target(${target}_${stem}_generated DEPENDS ${header})
  add_dependencies(${target} ${target}_${stem}_generated)
  add_dependencies(rookery_generated ${target}_${stem}_generated)
  target_include_directories(${target} SYSTEM PRIVATE ${ROOKERY_FLATBUFFERS_INCLUDE})
endfunction()

# Links the shared library `target` with what rookery.map lets out, and fails if a symbol is missing from it.
function(rookery_limit_exports target)
  get_target_property(type ${target} TYPE)
  if(NOT type STREQUAL SHARED_LIBRARY)
    return()
  endif()
  set(map ${PROJECT_SOURCE_DIR}/tools/cmake/rookery.map)
  target_link_options(${target} PRIVATE -Wl,--version-script=${map})
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${map})
  if(NOT ROOKERY_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
endfunction()
