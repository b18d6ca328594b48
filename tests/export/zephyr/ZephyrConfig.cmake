# Stands for Zephyr's own package: it reads modules and prj.conf as Zephyr does, has the functions that a module and a
# sample of an export use, and links a program for this machine. It checks no devicetree and no Kconfig.
project(Zephyr-Kernel LANGUAGES C CXX)

file(STRINGS ${CMAKE_SOURCE_DIR}/prj.conf settings REGEX "^CONFIG_")
foreach(setting IN LISTS settings)
  string(REGEX MATCH "^(CONFIG_[A-Z0-9_]+)=(.*)$" whole "${setting}")
  if(NOT whole)
    message(FATAL_ERROR "prj.conf: ${setting}")
  endif()
  set(${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
endforeach()

add_library(zephyr_interface INTERFACE)
target_include_directories(zephyr_interface INTERFACE ${CMAKE_CURRENT_LIST_DIR}/include)
target_compile_options(zephyr_interface INTERFACE -Wall -Wextra -Werror)
set(ZEPHYR_LIBRARIES)

macro(zephyr_include_directories)
  target_include_directories(zephyr_interface INTERFACE ${ARGN})
endmacro()

macro(zephyr_library_named name)
  set(ZEPHYR_CURRENT_LIBRARY ${name})
  add_library(${name} STATIC)
  target_link_libraries(${name} PRIVATE zephyr_interface)
  target_link_libraries(app_libraries INTERFACE ${name} m)
endmacro()

macro(zephyr_library_sources)
  target_sources(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endmacro()

macro(zephyr_library_compile_definitions)
  target_compile_definitions(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endmacro()

add_library(app_libraries INTERFACE)
foreach(module IN LISTS ZEPHYR_EXTRA_MODULES)
  file(STRINGS ${module}/zephyr/module.yml line REGEX "^  cmake: ")
  string(REPLACE "  cmake: " "" place "${line}")
  file(STRINGS ${module}/zephyr/module.yml line REGEX "^name: ")
  string(REPLACE "name: " "" name "${line}")
  add_subdirectory(${module}/${place} ${CMAKE_BINARY_DIR}/modules/${name})
endforeach()

add_executable(app ${CMAKE_CURRENT_LIST_DIR}/kernel.c)
target_link_libraries(app PRIVATE zephyr_interface app_libraries)
