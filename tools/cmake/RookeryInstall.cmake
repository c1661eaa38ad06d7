# `cmake --install`: the library, its headers, the CMake package, the pkg-config file and the command.
#
# Invariant: nothing that is installed knows its own path, so that the prefix can be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Rookery)
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(TARGETS rookery EXPORT RookeryTargets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/rookery DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/rookery)

install(EXPORT RookeryTargets NAMESPACE Rookery:: DESTINATION ${package_dir})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/RookeryConfig.cmake.in
  ${PROJECT_BINARY_DIR}/package/RookeryConfig.cmake INSTALL_DESTINATION ${package_dir})
# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/RookeryConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/package/RookeryConfig.cmake
  ${PROJECT_BINARY_DIR}/package/RookeryConfigVersion.cmake
  DESTINATION ${package_dir})

# Users of the shared library need no other package; a static one passes on what it links.
if(NOT BUILD_SHARED_LIBS)
  set(ROOKERY_PC_REQUIRES "rocksdb libxxhash libcrypto")
  set(ROOKERY_PC_LIBS "-pthread")
endif()
file(RELATIVE_PATH ROOKERY_PC_PREFIX
  ${CMAKE_INSTALL_PREFIX}/${pkgconfig_dir} ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" ROOKERY_PC_PREFIX "${ROOKERY_PC_PREFIX}")
configure_file(${CMAKE_CURRENT_LIST_DIR}/rookery.pc.in ${PROJECT_BINARY_DIR}/package/rookery.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/package/rookery.pc DESTINATION ${pkgconfig_dir})

if(TARGET rookery_cli)
  file(RELATIVE_PATH bin_to_lib ${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR} ${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR})
  set_target_properties(rookery_cli PROPERTIES INSTALL_RPATH "$ORIGIN/${bin_to_lib}")
  install(TARGETS rookery_cli)
endif()
